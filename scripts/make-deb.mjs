// The unpacked app as a Debian package, with dpkg's own tools. Undefined where they are missing.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './pinned-node.mjs';

const DEPENDENCIES =
  'libgtk-3-0 | libgtk-3-0t64, libnss3, libgbm1, libasound2 | libasound2t64, libxkbcommon0, libdrm2, libatk-bridge2.0-0 | libatk-bridge2.0-0t64, libcups2 | libcups2t64';
const DEBIAN_ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const ICON_SIZES = [16, 32, 48, 64, 128, 256, 512];

export function makeDeb(unpacked, releaseFolder) {
  if (spawnSync('dpkg-deb', ['--version'], { stdio: 'ignore' }).error) {
    process.stderr.write('whittle: dpkg-deb is missing: no deb was made (scripts/system-packages.sh).\n');
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const architecture = DEBIAN_ARCHITECTURES[process.arch];
  const root = join(releaseFolder, 'deb-root');
  rmSync(root, { recursive: true, force: true });
  const app = join(root, 'opt', 'Whittle');
  mkdirSync(app, { recursive: true });
  cpSync(unpacked, app, { recursive: true, verbatimSymlinks: true });
  // Chromium's sandbox helper must belong to root and change to it.
  if (existsSync(join(app, 'chrome-sandbox'))) chmodSync(join(app, 'chrome-sandbox'), 0o4755);
  writeDesktopFiles(root);
  mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  symlinkSync('/opt/Whittle/whittle', join(root, 'usr', 'bin', 'whittle-window'));
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  writeFileSync(join(root, 'DEBIAN', 'control'), control(version, architecture, Math.ceil(folderBytes(root) / 1024)));
  const file = join(releaseFolder, `whittle_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', '-z1', root, file], { stdio: 'ignore' });
  rmSync(root, { recursive: true });
  return file;
}

function control(version, architecture, sizeKib) {
  return `Package: whittle
Version: ${version}
Architecture: ${architecture}
Maintainer: The Whittle contributors <whittle@localhost.invalid>
Installed-Size: ${sizeKib}
Depends: ${DEPENDENCIES}
Section: science
Priority: optional
Description: Compress local language models and measure what they lost
 A window over llama.cpp: prune and quantize GGUF models, ask every version
 the same questions, and see what each one has forgotten.
`;
}

function writeDesktopFiles(root) {
  const share = join(root, 'usr', 'share');
  mkdirSync(join(share, 'applications'), { recursive: true });
  writeFileSync(
    join(share, 'applications', 'whittle.desktop'),
    `[Desktop Entry]
Name=Whittle
Comment=Compress local language models and measure what they lost
Exec=/opt/Whittle/whittle %U
Icon=whittle
Type=Application
Terminal=false
Categories=Development;Science;
MimeType=x-scheme-handler/whittle;application/x-gguf;
StartupWMClass=Whittle
`,
  );
  for (const size of ICON_SIZES) {
    const folder = join(share, 'icons', 'hicolor', `${size}x${size}`, 'apps');
    mkdirSync(folder, { recursive: true });
    cpSync(join(projectRoot, 'resources', 'icons', `${size}x${size}.png`), join(folder, 'whittle.png'));
  }
  mkdirSync(join(share, 'doc', 'whittle'), { recursive: true });
  cpSync(join(projectRoot, 'LICENSE'), join(share, 'doc', 'whittle', 'copyright'));
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}
