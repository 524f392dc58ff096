/** What every piece of HTML made here needs. */

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Returns `text` so that HTML shows it as it is, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** Returns `text` escaped, with its percent signs kept on the line of their number. */
export function textHtml(text: string): string {
  return escapeHtml(text).replace(/(\d) %/g, '$1&nbsp;%');
}

/** Returns the bytes of a PNG file as an address for `<img src>`: the picture travels in the page. */
export function pngAddress(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** Returns what is said above a chart; the page breaks its lines and gives it its colours. */
export function headingHtml({
  title,
  description,
}: {
  title: string;
  description: string;
}): string {
  return (
    '<div class="chart-heading" style="max-width:44rem;line-height:1.4">' +
    `<p style="margin:0;font-size:1.1em;font-weight:600">${textHtml(title)}</p>` +
    `<p style="margin:0;opacity:0.85">${textHtml(description)}</p></div>`
  );
}
