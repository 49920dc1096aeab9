/** The mark of this page's own styles, for libraries that put a <style> into it; another in every answer of the server. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
