"""Runs a program in a terminal, and closes the terminal when the program has said a word.

    terminal.py WORD PROGRAM [ARGUMENT...]

Prints the exit code as a shell would tell it.
"""

import os
import pty
import sys

word, program, *arguments = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program, [program, *arguments])

said = b""
while word.encode() not in said:
    said += os.read(terminal, 4096)
os.close(terminal)
_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
print(code if code >= 0 else 128 - code)
