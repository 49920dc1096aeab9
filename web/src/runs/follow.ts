/** What a run tells while it goes on, over a connection that may break: each event once, in order, until the last. */
import { ApiError, request } from '../api/client'
import { useConnection } from '../app/connection'
import type { Step } from '../api/runs'

export type RunEvent =
  | { name: 'run-started'; data: { run: string; nodes: string[] } }
  | { name: 'phase'; data: { text: string } }
  | { name: 'node-started'; data: { node: string; module: string } }
  | { name: 'node-printed'; data: { node: string; text: string } }
  | { name: 'node-ended'; data: { step: Step } }
  | { name: 'run-ended'; data: { run: string; status: string; seconds: number; reason: string | null } }

const FIRST_WAIT = 500 // ms
const LONGEST_WAIT = 10_000

/** Hands on events as they come, those that come together at once. Ends with the run, with `signal`, or where asking again would not help. */
export async function follow(path: string, take: (events: RunEvent[]) => void, signal: AbortSignal): Promise<void> {
  let last = ''
  let wait = FIRST_WAIT
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) }
      const answer = await request(path, { headers, signal })
      const reader = new EventReader()
      for await (const text of texts(answer)) {
        const events = reader.read(text)
        if (!events.length) continue
        last = reader.last
        wait = FIRST_WAIT
        take(events)
        if (events.some((each) => each.name === 'run-ended')) return
      }
    } catch (error) {
      if (isOver(signal)) return
      if (error instanceof ApiError && !isPassing(error)) throw error
    }
    await pause(wait, signal)
    wait = Math.min(wait * 2, LONGEST_WAIT)
  }
}

// Behind a function, for it changes while we wait.
const isOver = (signal: AbortSignal) => signal.aborted

// Not signed in, too slow, too many at once: that passes, as what goes wrong in the server does.
const PASSING: readonly number[] = [401, 408, 429]
const isPassing = ({ status, isOffline }: ApiError) => isOffline || status >= 500 || PASSING.includes(status)

async function* texts(answer: Response): AsyncGenerator<string> {
  const reader = answer.body?.getReader()
  const decoder = new TextDecoder()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) return
    yield decoder.decode(value, { stream: true })
  }
}

/** Server-sent events out of pieces of text; what is not whole yet waits for the next piece. */
export class EventReader {
  last = ''
  private rest = ''

  read(text: string): RunEvent[] {
    const blocks = (this.rest + text).split('\n\n')
    this.rest = blocks.pop() ?? ''
    const found: RunEvent[] = []
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]))
      const [name, data] = [fields.get('event'), fields.get('data')]
      this.last = fields.get('id') ?? this.last
      if (name && data) found.push({ name, data: JSON.parse(data) as unknown } as RunEvent)
    }
    return found
  }
}

/** Some time; less where the server is back, or somebody has signed in again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      unsubscribe()
      resolve()
    }
    const timer = setTimeout(end, ms)
    const unsubscribe = useConnection.subscribe((now, before) => {
      if ((now.isOnline && !before.isOnline) || (!now.isSignedOut && before.isSignedOut)) end()
    })
    signal.addEventListener('abort', end)
  })
}
