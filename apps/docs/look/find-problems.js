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
  const isDark = root.classList.contains("dark");
  if (isDark !== matchMedia("(prefers-color-scheme: dark)").matches) {
    found.push("the theme does not follow the system");
  }
  return found;
})();
