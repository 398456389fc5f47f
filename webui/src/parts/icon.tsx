const PATHS: Record<string, string> = {
  home: "M3 11 12 4l9 7M6 10v9h12v-9",
  folder: "M3 6h6l2 2h10v11H3z",
  file: "M6 3h8l4 4v14H6zM14 3v5h4",
  stack: "M12 3 3 8l9 5 9-5zM3 13l9 5 9-5",
  servers: "M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01",
  crown: "M4 18h16M4 15 3 7l5 4 4-6 4 6 5-4-1 8z",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  sliders: "M5 4v7M5 15v5M12 4v3M12 11v9M19 4v9M19 17v3M3 13h4M10 9h4M17 15h4",
  lines: "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
  chart: "M4 4v16h16M8 15l4-5 3 3 5-7",
  list: "M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1 1M18 18l1 1M5 19l1-1",
  moon: "M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10",
  menu: "M4 6h16M4 12h16M4 18h16",
  pin: "M9 3h6l-1 6 4 4H6l4-4zM12 13v8",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  up: "M12 20V5M6 11l6-6 6 6",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
};

/** Decoration: what it means is said by the text beside it or the label of its button. */
export function Icon({ name }: { name: string }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
