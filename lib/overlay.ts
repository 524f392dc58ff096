/** Maps of importance laid over the images that they are about. */
import type { Picture } from './pictures';
import { colours } from './theme';

/** How much of the image's own grey is left, so that the colours stand out. */
const dimming = 0.6;

/**
 * Returns an image, 0 to 255, in colour: its grey dimmed, tinted orange where the map is positive and blue
 * where it is negative, the more the further the value is from 0.
 *
 * @param map one value a pixel
 * @param strongest the value, and minus it, from which a pixel has the full colour
 */
export function overlaid(image: Picture, map: ArrayLike<number>, strongest: number): Uint8Array {
  if (map.length !== image.length || !(strongest > 0)) {
    throw new Error(
      `An image of ${image.length} pixels got a map of ${map.length} values up to ${strongest}: ` +
        'expected one value a pixel, up to a number above 0.',
    );
  }
  return Uint8Array.from({ length: 3 * image.length }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    const share = Math.min(1, Math.abs(map[pixel]) / strongest);
    const colour = channels(map[pixel] > 0 ? colours.wrong : colours.right)[channel];
    return Math.round((1 - share) * dimming * image[pixel] + share * colour);
  });
}

/** Returns red, green and blue of a colour such as `#3f90da`. */
function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
