"""The project's code on the machine of a trial."""


def ready_project(job):
    """The folder of the project, set up and with the data."""
    return job["root"]
