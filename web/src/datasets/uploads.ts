/** Files on their way to the server: a few at once, each with its progress; they go on while another page is looked at. */
import { create } from 'zustand'

import { ApiError } from '../api/client'
import { type Dataset, keepDataset } from '../api/datasets'
import { queries } from '../app/queries'
import { faultOf, type FileFault } from './files'

export type UploadStatus = 'waiting' | 'sending' | 'reading' | 'done' | 'failed' | 'canceled' | 'refused'

/** What is to be kept: a name that there is gets its next version. */
export interface Wanted {
  file: File
  name: string
  description: string
}

export interface Upload extends Wanted {
  id: number
  status: UploadStatus
  /** Bytes that the server has. */
  sent: number
  dataset?: Dataset
  error?: Error
  fault?: FileFault
}

interface Uploads {
  uploads: readonly Upload[]
  add: (wanted: readonly Wanted[]) => void
  cancel: (id: number) => void
  retry: (id: number) => void
  /** Forget those that have ended. */
  clear: () => void
}

const wantedOf = ({ file, name, description }: Wanted): Wanted => ({ file, name, description })
const AT_ONCE = 2
const ended: readonly UploadStatus[] = ['done', 'failed', 'canceled', 'refused']
const stops = new Map<number, AbortController>()
let next = 1

export const hasEnded = (upload: Upload) => ended.includes(upload.status)
export const isUnderWay = (upload: Upload) => upload.status === 'sending' || upload.status === 'reading'

export const useUploads = create<Uploads>((set, get) => {
  const change = (id: number, fields: Partial<Upload>) =>
    set(({ uploads }) => ({ uploads: uploads.map((each) => (each.id === id ? { ...each, ...fields } : each)) }))

  const begin = () => {
    const free = AT_ONCE - get().uploads.filter(isUnderWay).length
    for (const each of get().uploads.filter((one) => one.status === 'waiting').slice(0, Math.max(free, 0))) void send(each)
  }

  const send = async ({ id, file, name, description }: Upload) => {
    const stop = new AbortController()
    stops.set(id, stop)
    change(id, { status: 'sending', sent: 0 })
    try {
      const dataset = await keepDataset(file, { name, description }, {
        signal: stop.signal,
        onProgress: (sent) => change(id, { sent, status: sent >= file.size ? 'reading' : 'sending' }),
      })
      change(id, { status: 'done', sent: file.size, dataset })
      void queries.invalidateQueries({ queryKey: ['datasets'] })
    } catch (error) {
      if (stop.signal.aborted) change(id, { status: 'canceled' })
      else change(id, { status: 'failed', error: error instanceof Error ? error : new ApiError(0, '', String(error)) })
    } finally {
      stops.delete(id)
      begin()
    }
  }

  return {
    uploads: [],
    add(wanted) {
      const added = wanted.map((each): Upload => {
        const upload = { ...each, id: next++, sent: 0 }
        const fault = faultOf(each.file)
        return fault ? { ...upload, status: 'refused', fault } : { ...upload, status: 'waiting' }
      })
      // What was told of earlier files makes room, but for what went wrong.
      set(({ uploads }) => ({ uploads: [...uploads.filter((each) => !['done', 'canceled'].includes(each.status)), ...added] }))
      begin()
    },
    cancel(id) {
      const stop = stops.get(id)
      if (stop) stop.abort()
      else change(id, { status: 'canceled' })
    },
    retry(id) {
      set(({ uploads }) => ({
        uploads: uploads.map((each) =>
          each.id === id ? { id, ...wantedOf(each), sent: 0, status: 'waiting' } : each,
        ),
      }))
      begin()
    },
    clear() {
      set(({ uploads }) => ({ uploads: uploads.filter((each) => !hasEnded(each)) }))
    },
  }
})

const ask = (event: BeforeUnloadEvent) => event.preventDefault()

// Whoever closes the window while files are on their way is asked first.
useUploads.subscribe(({ uploads }) => {
  if (uploads.every(hasEnded)) window.removeEventListener('beforeunload', ask)
  else window.addEventListener('beforeunload', ask)
})
