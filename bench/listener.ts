/** The listening side of a contender in this language; `peer.py` is the same for Python. */
import { createInterface } from 'node:readline';
import { device, tf } from '../lib/backend';
import type { Facts, Request, Settings, Work } from './requests';

/** Trains or predicts once; done when all is computed. */
export type Step = () => unknown;

/** Steps after the first that are not measured. */
const warmUp = 2;

/** What the benchmark asks of this contender. */
export function settings(): Settings {
  return JSON.parse(process.argv[2]);
}

/** What a contender built on TensorFlow.js says of itself. */
export function facts(model: tf.LayersModel): Facts {
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  return {
    versions: {
      Node: process.versions.node,
      'TensorFlow.js': tf.version.tfjs,
      TensorFlow: binding.TF_Version,
    },
    device: device().toLowerCase(),
    parameters: model.trainableWeights.reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    ),
  };
}

/** Answers requests until the input ends. */
export async function serve(makeStep: (work: Work) => Step, facts: Facts): Promise<void> {
  const steps = new Map<string, Step>();
  answer(facts);
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      answer(await handle(JSON.parse(line), steps, makeStep));
    } catch (error) {
      answer({ error: String(error) });
    }
  }
}

async function handle(
  request: Request,
  steps: Map<string, Step>,
  makeStep: (work: Work) => Step,
): Promise<object> {
  // Kibibytes, on every system: libuv sees to it.
  if (request.do === 'memory') return { bytes: 1024 * process.resourceUsage().maxRSS };
  const key = `${request.task} ${request.batch}`;
  if (request.do === 'prepare') {
    const start = performance.now();
    const step = makeStep(request);
    await step();
    const seconds = (performance.now() - start) / 1000;
    steps.set(key, step);
    await secondsOf(step, warmUp);
    return { seconds };
  }
  return { seconds: await secondsOf(steps.get(key) as Step, request.steps) };
}

async function secondsOf(step: Step, count: number): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index++) await step();
  return (performance.now() - start) / 1000;
}

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
