// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Dataset, Sending } from '../api/datasets'
import { useUploads } from './uploads'

interface Sent extends Sending {
  name: string
  resolve: (dataset: Dataset) => void
  reject: (error: Error) => void
}

const sent = vi.hoisted((): Sent[] => [])

vi.mock('../api/datasets', () => ({
  keepDataset: (_: File, { name }: { name: string }, sending: Sending) =>
    new Promise<Dataset>((resolve, reject) => {
      sent.push({ ...sending, name, resolve, reject })
      sending.signal.addEventListener('abort', () => reject(new Error('canceled')))
    }),
}))

const file = (name: string) => ({ file: new File(['a,b\n'], `${name}.csv`), name, description: '' })
const statuses = () => useUploads.getState().uploads.map((each) => each.status)
const settled = () => new Promise((resolve) => setTimeout(resolve))
const dataset = { id: '1', name: 'a' } as Dataset

describe('uploads', () => {
  beforeEach(() => {
    sent.length = 0
    useUploads.setState({ uploads: [] })
  })

  it('sends two at once and the next when one has ended', async () => {
    useUploads.getState().add([file('a'), file('b'), file('c')])
    expect(statuses()).toEqual(['sending', 'sending', 'waiting'])
    sent[0]?.resolve(dataset)
    await settled()
    expect(statuses()).toEqual(['done', 'sending', 'sending'])
    expect(sent.map((each) => each.name)).toEqual(['a', 'b', 'c'])
  })

  it('tells how much has arrived, and when the server reads it', () => {
    useUploads.getState().add([file('a')])
    sent[0]?.onProgress(2)
    expect(useUploads.getState().uploads[0]).toMatchObject({ sent: 2, status: 'sending' })
    sent[0]?.onProgress(4)
    expect(statuses()).toEqual(['reading'])
  })

  it('refuses what is no table without sending it', () => {
    useUploads.getState().add([{ ...file('a'), file: new File(['x'], 'a.docx') }])
    expect(useUploads.getState().uploads[0]).toMatchObject({ status: 'refused', fault: 'format' })
    expect(sent).toEqual([])
  })

  it('cancels one that waits and one that is under way', async () => {
    useUploads.getState().add([file('a'), file('b'), file('c')])
    for (const { id } of useUploads.getState().uploads.slice(1)) useUploads.getState().cancel(id)
    await settled()
    expect(statuses()).toEqual(['sending', 'canceled', 'canceled'])
    expect(sent[1]?.signal.aborted).toBe(true)
  })

  it('tries again what failed, under the same name', async () => {
    useUploads.getState().add([{ ...file('a'), name: 'People' }])
    sent[0]?.reject(new Error('offline'))
    await settled()
    expect(statuses()).toEqual(['failed'])
    useUploads.getState().retry(useUploads.getState().uploads[0]?.id ?? 0)
    expect(sent[1]?.name).toBe('People')
    expect(useUploads.getState().uploads[0]?.error).toBeUndefined()
  })

  it('makes room for new files of those that went well', async () => {
    useUploads.getState().add([file('a'), { ...file('b'), file: new File(['x'], 'b.docx') }])
    sent[0]?.resolve(dataset)
    await settled()
    useUploads.getState().add([file('c')])
    expect(useUploads.getState().uploads.map((each) => each.name)).toEqual(['b', 'c'])
  })

  it('forgets what has ended alone', async () => {
    useUploads.getState().add([file('a'), file('b')])
    sent[0]?.resolve(dataset)
    await settled()
    useUploads.getState().clear()
    expect(statuses()).toEqual(['sending'])
  })
})
