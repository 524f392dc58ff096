/** What is published about the four files of FashionMNIST. `data/README.md` says where each fact is from. */

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
export const debianFolder = '/usr/share/datasets/fashion-mnist';

/**
 * The makers' repository, Keras's copy, and the makers' own address, which has no https: what comes from
 * there is trusted for its checksum alone, as from all of them.
 */
export const publishedMirrors = [
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
];

export interface PublishedFile {
  /** SHA-256 of the unpacked contents. */
  contents: string;
  /** Length and SHA-256 of the packed file as the makers publish it. */
  bytes: number;
  packed: string;
}

/** The four files by their names without `.gz`. */
export const publishedFiles: Record<string, PublishedFile> = {
  'train-images-idx3-ubyte': {
    contents: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    bytes: 26_421_880,
    packed: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
  },
  'train-labels-idx1-ubyte': {
    contents: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    bytes: 29_515,
    packed: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
  },
  't10k-images-idx3-ubyte': {
    contents: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    bytes: 4_422_102,
    packed: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
  },
  't10k-labels-idx1-ubyte': {
    contents: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    bytes: 5_148,
    packed: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
  },
};
