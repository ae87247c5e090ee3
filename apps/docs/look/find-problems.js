(() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    found.push(`expected at most ${root.clientWidth} px of width, found ${root.scrollWidth}`);
  }
  for (const image of document.images) {
    const isShown = getComputedStyle(image).display !== "none";
    if (isShown && image.naturalWidth === 0) found.push(`no picture at ${image.src}`);
  }
  for (const link of document.querySelectorAll('.vp-doc a[href^="#"]')) {
    const anchor = decodeURIComponent(link.hash.slice(1));
    if (document.getElementById(anchor) === null) found.push(`no anchor ${anchor}`);
  }
  const isDark = root.classList.contains("dark");
  if (isDark !== matchMedia("(prefers-color-scheme: dark)").matches) {
    found.push("the theme does not follow the system");
  }
  return found;
})();
