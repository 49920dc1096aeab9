/** Signing in by the address that `bottega serve` and `bottega open` print: its code is in the fragment. */
import { signIn } from '../api/session'
import { wordsOf } from '../ui/toasts'

let refused: string | null = null

/** Why the code in the address was not taken, if it was not. */
export const whyRefused = (): string | null => refused

/** Use the code in the address and take it out, before anything is drawn. */
export async function redeemCode(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (!code) return
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    await signIn({ code })
  } catch (error) {
    refused = wordsOf(error)
  }
}

/** Where to go once signed in: a path of this page, nobody else's. */
export function wayBack(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/experiments'
}
