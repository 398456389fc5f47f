// Log lines are text that anybody may have had a hand in: a file name can stand in one.

/** Cut at line ends; controls other than the tab become their visible pictures. */
export function lines(text: string): string[] {
  const all = text.split(/\r?\n/);
  if (all[all.length - 1] === "") all.pop();
  return all.map(withoutControls);
}

/** U+0001 is shown as ␁, a bidi control as its code: no line may reorder or hide what is beside. */
export function withoutControls(line: string): string {
  return line
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(
      /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u061c]/g,
      (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
    );
}

export function toneOfLine(line: string): string | undefined {
  // Ours have one letter after the time, those of the Java servers and of old files a word.
  const letter = /^\S+ ([A-Z]) \[/.exec(line)?.[1];
  const word = /\b(FATAL|CRITICAL|ERROR|WARN|WARNING|DEBUG|TRACE)\b/i.exec(line.slice(0, 80))?.[1];
  const level = letter ?? word;
  switch (level?.toUpperCase()) {
    case "C":
    case "E":
    case "FATAL":
    case "CRITICAL":
    case "ERROR":
      return "bad-text";
    case "W":
    case "WARN":
    case "WARNING":
      return "warn-text";
    case "D":
    case "T":
    case "DEBUG":
    case "TRACE":
      return "muted";
    default:
      return undefined;
  }
}
