/** Loads the binding and lets TensorFlow add two numbers: the last part of building the binding. */
import { tf } from '../../lib/backend';

const sum = tf.add(1, 1).arraySync();
if (sum !== 2) throw new Error(`TensorFlow computes 1 + 1 as ${sum}: its binding does not fit.`);
