/** What packages are called that are not called as their modules are. */

const NAMES: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  fitz: 'pymupdf',
  MySQLdb: 'mysqlclient',
  OpenSSL: 'pyopenssl',
  PIL: 'pillow',
  pptx: 'python-pptx',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  umap: 'umap-learn',
  yaml: 'pyyaml',
}

/** The package that most likely brings a module, given as a script imports it: `sklearn.svm` is scikit-learn's. */
export function distributionOf(module: string): string {
  const top = module.split('.')[0] ?? module
  return Object.hasOwn(NAMES, top) ? (NAMES[top] ?? top) : top.replaceAll('_', '-').toLowerCase()
}
