/**
 * The four files of FashionMNIST: where they lie, what is in them, how to get them. A file is known by
 * the SHA-256 of what it contains unpacked: Debian has packed the same contents anew, so the checksums
 * that the makers publish, of their packed files, do not fit there.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { download, type FileProgress } from './download';
import { imagePixels, parseImages, parseLabels } from './idx';
import { reasonOf, sha256 } from './integrity';
import { lockWhenFree } from './lock';
import { paths } from './paths';
import { debianFolder, publishedFiles, publishedMirrors } from './published-files';

/** Far more than the files need, so that a damaged one cannot unpack until the memory is full. */
const MAXIMUM_UNPACKED = 2 ** 29;

const names = Object.keys(publishedFiles);

/** A folder that has all four files, and the checksums that their contents must have. */
export interface Source {
  folder: string;
  checksums: Record<string, string>;
  /** Whether it has to be FashionMNIST as published, not another set in the same format. */
  published: boolean;
}

export interface SourceOptions {
  /** The folder to read; `FASHION_MNIST_DIR` if left out. */
  directory?: string;
  /** Where to look if no folder is named. The first is also where a download goes. */
  folders?: readonly string[];
  mirrors?: readonly string[];
  onProgress?: (progress: FileProgress) => void;
}

/** One of the two parts of the set as its makers have divided it. */
export interface Part {
  count: number;
  /** `count` images of 28 x 28 bytes. */
  images: Uint8Array;
  labels: Uint8Array;
  /** SHA-256 over the checksums of the image file's and the label file's contents. */
  checksum: string;
}

/**
 * Returns the folder to read from: the one that is named, else `data/`, else that of Debian's package;
 * where none of them has the files, it downloads them into `data/`.
 *
 * A folder that is named may hold another set in the same format: its file `SHA256SUMS` then lists
 * the checksums of the unpacked contents, and replaces the published ones.
 *
 * @throws if a named folder lacks a file, or if no address can be reached
 */
export async function findSource({
  directory = process.env.FASHION_MNIST_DIR || undefined,
  folders = [paths.data, debianFolder],
  mirrors = publishedMirrors,
  onProgress,
}: SourceOptions = {}): Promise<Source> {
  if (directory !== undefined) return namedSource(directory);
  const found = folders.find((folder) => missingFiles(folder).length === 0);
  if (found === undefined) await fetchFiles(folders[0], mirrors, onProgress);
  return publishedSource(found ?? folders[0]);
}

/** Returns the training part, checked. See {@link findSource} for what it is checked against. */
export async function readTraining(source: Source): Promise<Part> {
  return readPart(source, 'train');
}

/** Returns the test part, checked. Only `test-set.ts` calls this: it keeps the record of each opening. */
export async function readTest(source: Source): Promise<Part> {
  return readPart(source, 't10k');
}

/** Checks the test files and gives nothing of them away. */
export async function verifyTest(source: Source): Promise<void> {
  await readPart(source, 't10k');
}

async function readPart(source: Source, prefix: 'train' | 't10k'): Promise<Part> {
  const [imageFile, labelFile] = names.filter((name) => name.startsWith(prefix));
  const [imageBytes, labelBytes] = await Promise.all([
    readContents(source, imageFile),
    readContents(source, labelFile),
  ]);
  const images = parseImages(imageBytes, { file: packedPath(source.folder, imageFile) });
  const labels = parseLabels(labelBytes, { file: packedPath(source.folder, labelFile) });
  const count = images.length / imagePixels;
  if (count !== labels.length) {
    throw new Error(
      `${source.folder}: ${count} images in ${imageFile}.gz, but ${labels.length} labels in ` +
        `${labelFile}.gz. ${advice}`,
    );
  }
  const checksum = sha256(source.checksums[imageFile] + source.checksums[labelFile]);
  return { count, images, labels, checksum };
}

const advice = 'Replace it by the right file: data/README.md says where to get it.';

/** The unpacked contents of a file, whose checksum is right. */
async function readContents({ folder, checksums }: Source, name: string): Promise<Uint8Array> {
  const path = packedPath(folder, name);
  const contents = await unpack(path);
  const found = sha256(contents);
  if (found !== checksums[name]) {
    throw new Error(
      `${path}: the SHA-256 of its contents is ${found}, expected ${checksums[name]}. ${advice}`,
    );
  }
  return contents;
}

async function unpack(path: string): Promise<Uint8Array> {
  const packed = await readFile(path);
  try {
    return await promisify(gunzip)(packed, {
      chunkSize: 2 ** 20,
      maxOutputLength: MAXIMUM_UNPACKED,
    });
  } catch (error) {
    throw new Error(`${path} is damaged: gzip says "${reasonOf(error)}". ${advice}`);
  }
}

async function namedSource(folder: string): Promise<Source> {
  const missing = missingFiles(folder);
  if (missing.length > 0) {
    throw new Error(
      `${folder} lacks ${missing.join(', ')}. Name a folder that has the four files, or leave out ` +
        'the directory and FASHION_MNIST_DIR to have them found or downloaded.',
    );
  }
  const list = join(folder, 'SHA256SUMS');
  if (!existsSync(list)) return publishedSource(folder);
  return {
    folder,
    checksums: parseChecksums(await readFile(list, 'utf8'), list),
    published: false,
  };
}

function publishedSource(folder: string): Source {
  const checksums = Object.fromEntries(names.map((name) => [name, publishedFiles[name].contents]));
  return { folder, checksums, published: true };
}

/** The lines are in the form of the program sha256sum: checksum, two spaces, name. */
function parseChecksums(text: string, file: string): Record<string, string> {
  const checksums = Object.fromEntries(
    Array.from(text.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm), ([, checksum, name]) => [
      name,
      checksum,
    ]),
  );
  for (const name of names) {
    if (checksums[name] === undefined) {
      throw new Error(
        `${file}: expected a line with the SHA-256 and the name ${name}, found none.`,
      );
    }
  }
  return checksums;
}

async function fetchFiles(
  folder: string,
  mirrors: readonly string[],
  onProgress?: (progress: FileProgress) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await fetchMissing(folder, mirrors, onProgress);
  } catch (error) {
    throw new Error(
      `The FashionMNIST files are neither here nor to be had: ${reasonOf(error)}\n` +
        'On Debian and Ubuntu, `apt-get install dataset-fashion-mnist` brings them. Elsewhere, put the ' +
        `four files into data/, or set FASHION_MNIST_DIR to their folder; see data/README.md.${proxyAdvice()}`,
      { cause: error },
    );
  }
}

/** Node's own downloads go through a proxy since 22.21 and 24.5; npm's and pip's always did. */
function proxyAdvice(): string {
  const { HTTPS_PROXY, https_proxy = HTTPS_PROXY } = process.env;
  const [major, minor] = process.versions.node.split('.').map(Number);
  const uses = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
  if (!https_proxy || uses) return '';
  return `\nHTTPS_PROXY is set, which Node ${process.versions.node} does not use; 22.21, 24.5 and newer do.`;
}

async function fetchMissing(
  folder: string,
  mirrors: readonly string[],
  onProgress?: (progress: FileProgress) => void,
): Promise<void> {
  // What another process has fetched in the meantime is not missing any more.
  const lock = await lockWhenFree(folder);
  try {
    for (const file of missingFiles(folder)) {
      const { bytes, packed } = publishedFiles[file.replace('.gz', '')];
      const urls = mirrors.map((mirror) => mirror + file);
      await download(urls, join(folder, file), { bytes, checksum: packed, onProgress });
    }
  } finally {
    await lock.release();
  }
}

function missingFiles(folder: string): string[] {
  return names.map((name) => `${name}.gz`).filter((file) => !existsSync(join(folder, file)));
}

function packedPath(folder: string, name: string): string {
  return join(folder, `${name}.gz`);
}
