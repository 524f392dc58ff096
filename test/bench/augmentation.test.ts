import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { transforms } from '../../bench/transforms';
import { paths } from '../../lib/paths';

test('the transforms that are measured are written in PyTorch too, by the same names', () => {
  const text = readFileSync(join(paths.root, 'bench', 'pytorch_augmentation.py'), 'utf8');
  const [, table] = /^transforms = \{$([\s\S]*?)^\}$/m.exec(text) ?? [];
  const names = [...table.matchAll(/^ {4}"(.+)":/gm)].map(([, name]) => name);
  assert.deepEqual(names, ['nothing', ...Object.keys(transforms)]);
});
