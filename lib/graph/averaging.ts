/** Averages of variables over the steps of a training, kept in the session. */
import type { Graph } from './graph';
import { addVariable, assign, type GraphVariable } from './variable';

export interface Averages {
  /** The averages, in the order of the variables they are of. */
  variables: GraphVariable[];
  /** Output that, once run, has moved every average: a ← decay · a + (1 − decay) · w. Feeds `decay`. */
  move: string;
  /** Output that, once run, has put every average into its variable. */
  adopt: string;
}

/** Adds an average of each variable. */
export function addAverages(graph: Graph, of: GraphVariable[]): Averages {
  const decay = graph.placeholder('decay', 'float32', []);
  const share = graph.float('Sub', graph.scalar(1), decay);
  const variables = of.map(({ name, shape }) => addVariable(graph, `average/${name}`, { shape }));
  const moved = variables.map((average, index) => {
    const distance = graph.float('Sub', of[index].value, average.value);
    const value = graph.float('AddV2', average.value, graph.float('Mul', distance, share));
    return assign(graph, average, value);
  });
  const adopted = variables.map((average, index) => assign(graph, of[index], average.value));
  return {
    variables,
    move: graph.after(decay, moved, { name: 'average/moved' }),
    adopt: graph.after(graph.scalar(0), adopted, { name: 'average/adopted' }),
  };
}
