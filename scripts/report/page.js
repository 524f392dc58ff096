// @ts-nocheck: runs in a browser, and the project loads no types of one.
/** What a report does in the browser: draws its charts, lists its headings, folds its code. */
(() => {
  const places = [...document.querySelectorAll('.chart')].map((chart) => ({
    plot: chart.querySelector('.plot'),
    figure: JSON.parse(chart.querySelector('script').textContent),
    isFixed: chart.hasAttribute('data-fixed'),
  }));

  /** Charts come in a grey that suits any page; here they take the colour of the page's own text. */
  function layoutFor(figure, changes) {
    const layout = structuredClone(figure.layout ?? {});
    const font = layout.template?.layout?.font ?? layout.font;
    if (font) font.color = changes.ink;
    if (changes.width) layout.width = changes.width;
    return layout;
  }

  const ink = () => getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();

  function drawAll(changes) {
    for (const { plot, figure, isFixed } of places) {
      const config = { ...figure.config, responsive: true, staticPlot: isFixed };
      const layout = layoutFor(
        figure,
        isFixed ? { ...changes, height: plot.clientHeight } : changes,
      );
      Plotly.react(plot, figure.data, layout, config);
    }
  }

  /** Makes the pictures of the list of reports small enough to be seen whole. */
  function fitThumbnails() {
    for (const frame of document.querySelectorAll('.thumbnail')) {
      const picture = frame.firstElementChild;
      for (let zoom = 0.6; picture && zoom > 0.2; zoom -= 0.04) {
        picture.style.setProperty('--zoom', zoom);
        if (picture.getBoundingClientRect().height <= frame.clientHeight) break;
      }
    }
  }

  function listHeadings() {
    const contents = document.querySelector('.contents');
    const headings = [...document.querySelectorAll('main h2[id], main h3[id]')];
    if (!contents || headings.length < 2) return;
    const fold = contents.appendChild(document.createElement('details'));
    fold.append(document.createElement('summary'));
    fold.firstChild.textContent = 'Contents';
    fold.open = matchMedia('(min-width: 75rem)').matches;
    const list = fold.appendChild(document.createElement('ol'));
    for (const heading of headings) {
      const item = list.appendChild(document.createElement('li'));
      const link = item.appendChild(document.createElement('a'));
      if (heading.localName === 'h3') item.className = 'deep';
      link.href = `#${heading.id}`;
      const words = heading.cloneNode(true);
      words.querySelector('.anchor-link')?.remove();
      link.textContent = words.textContent;
    }
  }

  function foldOnClick() {
    const button = document.querySelector('.fold');
    button?.addEventListener('click', () => {
      const isHidden = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(isHidden));
      button.textContent = isHidden ? 'Show code' : 'Hide code';
      for (const code of document.querySelectorAll('details.code')) code.open = !isHidden;
    });
  }

  listHeadings();
  foldOnClick();
  fitThumbnails();
  if (places.length > 0) {
    drawAll({ ink: ink() });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      drawAll({ ink: ink() });
    });
    // Paper is always light, and narrower than most windows.
    addEventListener('beforeprint', () => drawAll({ ink: '#24292f', width: 660 }));
    addEventListener('afterprint', () => drawAll({ ink: ink() }));
  }
})();
