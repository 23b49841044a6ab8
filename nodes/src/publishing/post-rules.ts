/** What Instagram takes as a feed post (platforms.md D.2, D.3). Pure; browser safe: the composer counts with the same rules. */

/** Limits of a post; characters are counted as a reader counts them. */
export const POST_LIMITS = {
  captionCharacters: 2200,
  hashtags: 30,
  mentions: 20,
  altTextCharacters: 1000,
  carouselLeast: 2,
  carouselMost: 10,
  pictureBytes: 8 * 1024 * 1024,
  /** Width divided by height: 4:5 to 1.91:1. */
  aspectLeast: 0.8,
  aspectMost: 1.91,
} as const;

/** Whole pixels cannot hit a ratio exactly. */
const ASPECT_ROUNDING = 0.005;

/** One thing that keeps a post from being published; `path` is a JSON pointer into the post. */
export interface PostProblem {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A post as it is composed. One picture makes a single post, more make a carousel. */
export interface PostContent {
  readonly caption: string;
  readonly media: readonly { readonly url: string; readonly altText: string }[];
}

/** What was found out about a picture by looking at it. */
export interface PostPicture {
  readonly format: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
}

/** Characters, hashtags and mentions of a caption. */
export function countCaption(caption: string): { characters: number; hashtags: number; mentions: number } {
  return {
    characters: [...caption].length,
    hashtags: caption.match(/#[\p{L}\p{N}_]+/gu)?.length ?? 0,
    mentions: caption.match(/@[\w.]+/g)?.length ?? 0,
  };
}

/** What can be seen without fetching anything. */
export function checkPostContent({ caption, media }: PostContent): PostProblem[] {
  const counts = countCaption(caption);
  return [
    ...tooMany(
      'caption.tooLong',
      '/caption',
      'The caption has',
      counts.characters,
      POST_LIMITS.captionCharacters,
      'characters',
      'Shorten it.',
    ),
    ...tooMany(
      'caption.tooManyHashtags',
      '/caption',
      'The caption has',
      counts.hashtags,
      POST_LIMITS.hashtags,
      'hashtags',
      'Take some out.',
    ),
    ...tooMany(
      'caption.tooManyMentions',
      '/caption',
      'The caption has',
      counts.mentions,
      POST_LIMITS.mentions,
      'mentions',
      'Take some out.',
    ),
    ...(media.length === 0
      ? [problem('media.missing', '/media', 'The post has no picture.', 'Add the web address of a JPEG picture.')]
      : []),
    ...tooMany(
      'media.tooMany',
      '/media',
      'The post has',
      media.length,
      POST_LIMITS.carouselMost,
      'pictures',
      'Take some out, or make two posts.',
    ),
    ...media.flatMap(({ url, altText }, index) => [
      ...checkAddress(url, index),
      ...tooMany(
        'altText.tooLong',
        `/media/${index}/altText`,
        `The description of picture ${index + 1} has`,
        [...altText].length,
        POST_LIMITS.altTextCharacters,
        'characters',
        'Shorten it.',
      ),
    ]),
  ];
}

/** What a look at the file of a picture shows. @param index Place of the picture in the post, from 0. */
export function checkPostPicture(picture: PostPicture, index: number, isOnlyPicture: boolean): PostProblem[] {
  const name = `Picture ${index + 1}`;
  const path = `/media/${index}/url`;
  if (picture.bytes > POST_LIMITS.pictureBytes) return [tooLarge(name, path, picture.bytes)];
  if (picture.format !== 'jpeg') {
    const found =
      picture.format === 'unknown' ? 'is no picture that can be read' : `is a ${picture.format.toUpperCase()}`;
    return [
      problem(
        'media.notJpeg',
        path,
        `${name} ${found}; Instagram takes JPEG only.`,
        'Save it as JPEG and use that address.',
      ),
    ];
  }
  if (picture.width === null || picture.height === null) {
    return [
      problem(
        'media.unreadable',
        path,
        `${name} is a JPEG whose size cannot be read.`,
        'Save it again with another program.',
      ),
    ];
  }
  // Pictures of a carousel are cropped like the first one.
  const aspect = picture.width / picture.height;
  const mattersHere = isOnlyPicture || index === 0;
  if (
    mattersHere &&
    (aspect < POST_LIMITS.aspectLeast - ASPECT_ROUNDING || aspect > POST_LIMITS.aspectMost + ASPECT_ROUNDING)
  ) {
    const shape = aspect < 1 ? 'too tall' : 'too wide';
    return [
      problem(
        'media.badShape',
        path,
        `${name} is ${picture.width} × ${picture.height}, which is ${shape}; Instagram takes 4:5 to 1.91:1.`,
        'Crop it, for example to 1080 × 1350 or 1080 × 1080.',
      ),
    ];
  }
  return [];
}

/** Instagram fetches the address itself: complete, plain ASCII, without a name and password. */
function checkAddress(url: string, index: number): PostProblem[] {
  const path = `/media/${index}/url`;
  const isWebAddress = /^https?:\/\//i.test(url) && URL.canParse(url) && new URL(url).username === '';
  if (!isWebAddress)
    return [
      problem(
        'media.badAddress',
        path,
        `The address of picture ${index + 1} is not complete.`,
        'It must look like https://example.com/picture.jpg.',
      ),
    ];
  if (!/^[\x21-\x7e]+$/.test(url))
    return [
      problem(
        'media.badAddress',
        path,
        `The address of picture ${index + 1} has characters that Instagram does not take.`,
        'Rename the file with plain letters and digits.',
      ),
    ];
  return [];
}

function tooMany(
  code: string,
  path: string,
  subject: string,
  found: number,
  limit: number,
  unit: string,
  remedy: string,
): PostProblem[] {
  return found > limit
    ? [problem(code, path, `${subject} ${found} ${unit}; Instagram takes at most ${limit}.`, remedy)]
    : [];
}

function problem(code: string, path: string, message: string, remedy: string): PostProblem {
  return { code, path, message, remedy };
}

function tooLarge(name: string, path: string, bytes: number): PostProblem {
  const message = `${name} has ${toMegabytes(bytes)} MB; Instagram takes at most 8 MB.`;
  return problem('media.tooLarge', path, message, 'Save it smaller or with more compression.');
}

function toMegabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1);
}
