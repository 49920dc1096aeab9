/** Let the browser fetch a file; the server tells its name unless one is given. */
export function fetchFile(address: string, name = ''): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

/** Save a text that this page has. */
export function saveText(text: string, name: string, type = 'text/plain'): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  fetchFile(address, name)
  setTimeout(() => URL.revokeObjectURL(address), 60_000) // the browser may take a while to begin
}
