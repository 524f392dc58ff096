/** A search while it runs: one table, redrawn in place in a notebook and on a terminal. */
import { inNotebook, replaceable } from './display';
import { escapeHtml } from './html';
import type { SearchPlan, Trial } from './search-record';
import { isOver, searchLine, trialRows, trialsOfInterest } from './search-table';
import { tableHtml, tableText } from './tables';

/** Milliseconds between two drawings. */
const INTERVAL = 250;
const options = { percent: ['validation accuracy'] };

export interface SearchDisplay {
  update(trials: readonly Trial[]): void;
  /** Draws the last state for good. */
  end(): void;
}

type Draw = (trials: readonly Trial[], elapsed: number) => void;

/** Returns a display of a search; its clock starts with the first trial, after all that is set up before. */
export function searchDisplay(plan: SearchPlan, before: readonly Trial[] = []): SearchDisplay {
  const doneBefore = before.filter(isOver).length;
  const line = (trials: readonly Trial[], elapsed: number) =>
    searchLine({ plan, trials: [...trials] }, { elapsed, doneBefore });
  const draw = inNotebook()
    ? notebookDrawing(plan, line)
    : process.stdout.isTTY
      ? terminalDrawing(plan, line)
      : lineDrawing(plan, line, before);
  return paced(draw, before);
}

function paced(draw: Draw, before: readonly Trial[]): SearchDisplay {
  let begin: number | undefined;
  let latest = before;
  let timer: NodeJS.Timeout | undefined;
  const drawNow = () => {
    timer = undefined;
    const now = performance.now();
    draw(latest, (now - (begin ?? now)) / 1000);
  };
  return {
    update(trials) {
      begin ??= performance.now();
      latest = [...trials];
      timer ??= setTimeout(drawNow, INTERVAL);
    },
    end() {
      clearTimeout(timer);
      drawNow();
    },
  };
}

type Line = (trials: readonly Trial[], elapsed: number) => string;

function notebookDrawing(plan: SearchPlan, line: Line): Draw {
  const place = replaceable();
  return (trials, elapsed) => {
    const rows = trialRows(plan, trialsOfInterest(trials, 15));
    const heading = line(trials, elapsed);
    place.show(`<p>${escapeHtml(heading)}</p>${tableHtml(rows, options)}`, heading);
  };
}

/** Goes back up over what it has drawn before. */
function terminalDrawing(plan: SearchPlan, line: Line): Draw {
  let height = 0;
  return (trials, elapsed) => {
    const { rows, columns } = process.stdout;
    const shown = trialRows(plan, trialsOfInterest(trials, Math.max(1, Math.min(20, rows - 5))));
    const lines = [line(trials, elapsed), ...tableText(shown, options).split('\n')];
    const text = lines.map((one) => `\x1b[2K${one.slice(0, columns - 1)}\n`).join('');
    process.stdout.write(`${height > 0 ? `\x1b[${height}A` : ''}\x1b[J${text}`);
    height = lines.length;
  };
}

/** In a file: a line for each trial that is over. */
function lineDrawing(plan: SearchPlan, line: Line, before: readonly Trial[]): Draw {
  const told = new Set(before.filter(isOver).map(({ number }) => number));
  return (trials, elapsed) => {
    const fresh = trials.filter((trial) => isOver(trial) && !told.has(trial.number));
    for (const trial of fresh) {
      told.add(trial.number);
      const [, , row] = tableText(trialRows(plan, [trial]), options).split('\n');
      console.log(row);
    }
    if (fresh.length > 0) console.log(line(trials, elapsed));
  };
}
