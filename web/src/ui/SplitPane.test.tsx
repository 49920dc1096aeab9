// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { SplitPane } from './SplitPane'

const pane = (more: Partial<Parameters<typeof SplitPane>[0]> = {}) =>
  render(
    <SplitPane name="test" label="Width of the list" size={200} least={100} most={300} {...more}>
      <div>list</div>
      <div>rest</div>
    </SplitPane>,
  )
const size = () => Number(screen.getByRole('separator').getAttribute('aria-valuenow'))
const press = (key: string) => fireEvent.keyDown(screen.getByRole('separator'), { key })

describe('SplitPane', () => {
  it('is sized by keys, within its bounds', () => {
    // What has no layout here would have no room, either.
    Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 1000 })
    const { unmount } = pane()
    press('ArrowRight')
    expect(size()).toBe(216)
    press('End')
    expect(size()).toBe(300)
    press('ArrowRight')
    expect(size()).toBe(300)
    press('Home')
    expect(size()).toBe(100)
    unmount()
    pane()
    expect(size()).toBe(100) // as it was left
  })

  it('moves the other way where the second pane has the size', () => {
    Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 1000 })
    pane({ name: 'other', sized: 'second' })
    press('ArrowLeft')
    expect(size()).toBe(216)
  })

  it('has no handle while it is closed', () => {
    pane({ isClosed: true })
    expect(screen.queryByRole('separator')).toBeNull()
    expect(screen.queryByText('list')).toBeNull()
    expect(screen.getByText('rest')).toBeTruthy()
  })
})
