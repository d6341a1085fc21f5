// SVG text -> PNG bytes with the bundled typeface, so that pictures look alike on every computer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, FONT_WEIGHTS, hasBundledLetters, readTrueTypeFont } from './font-files.ts';

/** The rasterizer reads fonts from files only: they live in a temporary folder for the time of `use`. */
function withFontFiles<Result>(use: (files: string[]) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-fonts-'));
  try {
    const files = FONT_WEIGHTS.map((weight) => {
      const file = join(folder, `${weight}.ttf`);
      writeFileSync(file, readTrueTypeFont(weight));
      return file;
    });
    return use(files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The strong cut calls itself a family of its own in its name table; the rasterizer matches families by that name. */
function nameStrongFamily(svg: string): string {
  return svg.replaceAll(' font-weight="600"', ` font-weight="600" font-family="${FONT_FAMILY} SemiBold"`);
}

/** Width of the PNG = width of the SVG x `scale`. */
export function rasterizeSvg(svg: string, scale = 2): Buffer {
  return withFontFiles((fontFiles) => {
    const image = new Resvg(nameStrongFamily(svg), {
      fitTo: { mode: 'zoom', value: scale },
      font: { fontFiles, loadSystemFonts: !hasBundledLetters(svg), defaultFontFamily: FONT_FAMILY },
      shapeRendering: 2,
      textRendering: 1,
    });
    return image.render().asPng();
  });
}
