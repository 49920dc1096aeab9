/** The server's reason, which is part of one, as a sentence of its own. */
export function sentence(reason: string): string {
  const text = reason.charAt(0).toLocaleUpperCase() + reason.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
