/** Live progress of long work: in a notebook one output redrawn in place, else lines on the terminal. */
import { inNotebook, replaceable } from './display';
import { type Pace, type Progress, progressHtml, progressText } from './progress';

/** Milliseconds between two drawings: in a notebook, on a terminal, and in a file of lines. */
const intervals = { notebook: 250, terminal: 250, lines: 10_000 };

/** Milliseconds of the past that the speed is measured over. */
const speedWindow = 10_000;

export interface LiveDisplay {
  /** Takes the newest state; draws it now or with the next drawing. */
  update: (progress: Progress) => void;
  /** Draws the last state for good, and says how the run ended. */
  end: (state?: 'finished' | 'stopped') => void;
}

type Draw = (progress: Progress, pace: Pace) => void;

/** Returns the function that draws, and how often it may be called. */
function output(): { draw: Draw; interval: number } {
  if (inNotebook()) {
    const place = replaceable();
    const draw: Draw = (...state) => place.show(progressHtml(...state), progressText(...state));
    return { draw, interval: intervals.notebook };
  }
  if (process.stdout.isTTY) {
    const draw: Draw = (progress, pace) => {
      const line = progressText(progress, pace).slice(0, process.stdout.columns - 1);
      process.stdout.write(`\r\x1b[K${line}${pace.state === 'running' ? '' : '\n'}`);
    };
    return { draw, interval: intervals.terminal };
  }
  return { draw: (...state) => console.log(progressText(...state)), interval: intervals.lines };
}

/** Returns a function that tells how many units a second were done in the last seconds. */
function speedometer(): (now: number, done: number) => number {
  let samples: { time: number; done: number }[] = [];
  return (now, done) => {
    const isRestart = samples.length > 0 && done < samples[samples.length - 1].done;
    if (isRestart) samples = [];
    samples.push({ time: now, done });
    // The oldest sample stays until the next one is old too: two are needed for a speed.
    while (samples.length > 2 && now - samples[1].time > speedWindow) samples.shift();
    const first = samples[0];
    return now > first.time ? (1000 * (done - first.done)) / (now - first.time) : 0;
  };
}

/**
 * Returns a display that can be updated as often as one likes: at most four times a second it is
 * drawn, the last state always. Its clock starts now. Call `end` in a `finally`.
 */
export function liveDisplay(): LiveDisplay {
  const { draw, interval } = output();
  const speed = speedometer();
  const start = Date.now();
  let latest: { progress: Progress; rate: number } | undefined;
  let drawnAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function drawLatest(state: Pace['state']) {
    clearTimeout(timer);
    timer = undefined;
    if (latest === undefined) return;
    drawnAt = Date.now();
    draw(latest.progress, { elapsed: (drawnAt - start) / 1000, rate: latest.rate, state });
  }

  return {
    update(progress) {
      latest = { progress, rate: speed(Date.now(), progress.done) };
      const wait = drawnAt + interval - Date.now();
      // The timer draws the last state of a burst; busy work without a pause draws by itself.
      if (wait <= 0) drawLatest('running');
      else timer ??= setTimeout(drawLatest, wait, 'running').unref();
    },
    end(state = 'finished') {
      drawLatest(state);
    },
  };
}
