/**
 * Has TensorFlow compute with oneDNN on every x64 processor. Left to itself it does so only on those with
 * AVX-512 VNNI, AVX VNNI, AMX or bfloat16 units; others train several times slower than they could. Import
 * this before TensorFlow is loaded; `TF_ENABLE_ONEDNN_OPTS=0` in the environment keeps oneDNN off.
 */
import process from 'node:process';

if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
