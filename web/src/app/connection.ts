/** Whether the server is there and lets us in, as the requests themselves tell. */
import { create } from 'zustand'

import { request, watchRequests } from '../api/client'
import { queries } from './queries'

interface Connection {
  isOnline: boolean
  /** The session ended while the page was open; what is on it stays. */
  isSignedOut: boolean
}

export const useConnection = create<Connection>(() => ({ isOnline: true, isSignedOut: false }))

const FIRST = 1_000
const LONGEST = 10_000
const back = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Hear when the server is there again; what was not saved can be then. Gives what stops it. */
export function onReconnect(listener: () => void): () => void {
  back.add(listener)
  return () => back.delete(listener)
}

/** Follow the requests; once, at the start. */
export function startConnection(): () => void {
  const offline = () => lost(FIRST)
  window.addEventListener('offline', offline)
  window.addEventListener('online', retry)
  const stop = watchRequests((error) => {
    if (error?.isOffline) lost(FIRST)
    else found()
    if (error?.status === 401) useConnection.setState({ isSignedOut: true })
  })
  return () => {
    stop()
    clearTimeout(timer)
    window.removeEventListener('offline', offline)
    window.removeEventListener('online', retry)
  }
}

/** Ask now whether it is there. */
export function retry(): void {
  clearTimeout(timer)
  timer = undefined
  void knock(FIRST)
}

function lost(wait: number): void {
  useConnection.setState({ isOnline: false })
  timer ??= setTimeout(() => {
    timer = undefined
    void knock(wait)
  }, wait)
}

async function knock(wait: number): Promise<void> {
  try {
    await request('/healthz') // its answer is heard as any other's
  } catch {
    if (timer) clearTimeout(timer)
    timer = undefined
    lost(Math.min(wait * 2, LONGEST))
  }
}

function found(): void {
  if (useConnection.getState().isOnline) return
  useConnection.setState({ isOnline: true })
  void queries.invalidateQueries()
  for (const each of back) each()
}
