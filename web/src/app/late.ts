/** Parts of the page that are chunks of their own. One that is asked for while the server is gone comes when it is back. */
import { type ComponentType, lazy } from 'react'

import { request } from '../api/client'
import { onReconnect } from './connection'

interface Chunk<Props> {
  default: ComponentType<Props>
}

/** React's `lazy`, patient. */
export function late<Props>(load: () => Promise<Chunk<Props>>) {
  return lazy(() => patiently(load))
}

/** What is loaded; again whenever the server was gone. Rejects as `load` does twice with a server there: it has a newer version. */
export async function patiently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let refusals = 0; ; ) {
    try {
      return await load()
    } catch (error) {
      if (!(await wasGone()) && ++refusals > 1) throw error
    }
  }
}

/** Whether the server does not answer; resolves when it does. */
async function wasGone(): Promise<boolean> {
  let back: () => void = () => undefined
  const isBack = new Promise<void>((resolve) => (back = resolve))
  const stop = onReconnect(back) // heard from here on: it may be back before the request has failed
  try {
    await request('/healthz')
    return false
  } catch {
    await isBack
    return true
  } finally {
    stop()
  }
}
