/** A tiny training to be killed: see `spawnTiny`. */
import { reasonOf } from '../../lib/integrity';
import { trainTiny } from './tiny';

let steps = 0;
const onProgress = () => {
  if (steps++ === 0) console.log('step');
};

trainTiny({ ...JSON.parse(process.argv[2]), onProgress }).catch((error) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
