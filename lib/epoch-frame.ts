/** The epochs of a training as a danfo frame. */
import { frame } from './frame';
import type { Epoch } from './training';

/** Returns one row an epoch; what was not measured is null. */
export function epochFrame(history: readonly Epoch[]): ReturnType<typeof frame> {
  const column = (key: keyof Epoch) => history.map((row) => row[key] ?? null);
  return frame({
    epoch: column('epoch'),
    'learning rate': column('rate'),
    loss: column('loss'),
    accuracy: column('accuracy'),
    'validation loss': column('validationLoss'),
    'validation accuracy': column('validationAccuracy'),
    seconds: column('seconds'),
    'images/s': history.map(({ imagesPerSecond }) => Math.round(imagesPerSecond)),
  });
}
