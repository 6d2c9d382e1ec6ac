/* global document, getComputedStyle, innerWidth, NodeFilter */
// Run in a browser. Its value: each text that is too small, too pale, cut off, or beside the page.
(() => {
  const faults = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} pixels wide`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const luminance = (color) =>
    (color.match(/[\d.]+/g) ?? [])
      .slice(0, 3)
      .map((part) => Number(part) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const backgroundOf = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? backgroundOf(element.parentElement) : backgroundColor;
  };
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (text === '' || !element.checkVisibility() || element.closest('thead') !== null) continue;
    const { fontSize, color } = getComputedStyle(element);
    if (Number.parseFloat(fontSize) < 11) faults.push(`small: ${text}`);
    const [one, other] = [luminance(color), luminance(backgroundOf(element))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) faults.push(`pale: ${text}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right } = range.getBoundingClientRect();
    if (left < 0 || right > innerWidth) faults.push(`beside the page: ${text}`);
    for (let around = element; around !== null; around = around.parentElement) {
      const { overflowX, contentVisibility } = getComputedStyle(around);
      const box = around.getBoundingClientRect();
      const cuts = overflowX !== 'visible' || contentVisibility !== 'visible';
      if (cuts && (left < box.left - 1 || right > box.right + 1)) faults.push(`cut off: ${text}`);
    }
  }
  const labels = [...document.querySelectorAll('.tag')].filter((label) => label.checkVisibility());
  for (const label of labels) {
    const [box, track] = [label.getBoundingClientRect(), label.parentElement.getBoundingClientRect()];
    if (box.left < track.left - 1 || box.right > track.right + 1)
      faults.push(`out of its lane: ${label.textContent}`);
  }
  return faults;
})();
