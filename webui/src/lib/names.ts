// Names of files are any text. What a person cannot see, or what turns the text around it, is shown
// as its code: a name may not look like another one.

export interface Piece {
  text: string;
  /** Set when `text` stands for something that has no picture; says what that is. */
  meaning?: string;
}

const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };
const MEANING: Record<number, string> = {
  0x09: "tab",
  0x0a: "line break",
  0x0d: "carriage return",
  0xa0: "no-break space",
  0x200b: "zero width space",
  0x200d: "zero width joiner",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x202a: "left-to-right embedding",
  0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting",
  0x202d: "left-to-right override",
  0x202e: "right-to-left override",
  0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate",
  0x2068: "first strong isolate",
  0x2069: "pop directional isolate",
  0xfeff: "byte order mark",
};

// Controls, lone surrogates, private use, separators of lines; then spaces other than the usual
// one, fillers, marks of direction and of zero width; then tags.
const UNSEEN = new RegExp(
  "[\\p{Cc}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}]" +
    "|[\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u3000\\u3164\\uffa0]" +
    "|[\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u206f\\ufeff\\ufff9-\\ufffb]" +
    "|[\\u{e0000}-\\u{e007f}]",
  "u",
);

function codeOf(char: string): Piece {
  const code = char.codePointAt(0) ?? 0;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const meaning = MEANING[code];
  return { text: SHORT[char] ?? hex, meaning: meaning ? `${hex} ${meaning}` : hex };
}

/** The text cut into what can be shown as it is and what stands for something unseen. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let plain = "";
  const chars = Array.from(text);
  chars.forEach((char, i) => {
    const edge = char === " " && (i === 0 || i === chars.length - 1);
    if (!edge && !UNSEEN.test(char)) {
      plain += char;
      return;
    }
    if (plain) result.push({ text: plain });
    plain = "";
    result.push(edge ? { text: "space", meaning: "U+0020 space at the edge" } : codeOf(char));
  });
  if (plain) result.push({ text: plain });
  return result;
}

/** One line of plain text, for titles and labels. */
export function visible(text: string): string {
  return pieces(text)
    .map((piece) => piece.text)
    .join("");
}

/** Whether an input field would show and keep the text as it is. */
export function isPlain(text: string): boolean {
  return pieces(text).every((piece) => piece.meaning === undefined);
}
