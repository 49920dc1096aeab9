// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { Button } from '../ui/Button'
import { register } from './commands'
import { Shortcuts } from './Shortcuts'

afterEach(cleanup)

function shown(onPress: () => void) {
  const run = vi.fn()
  const forget = register([{ id: 'run', title: 'Run', keys: 'Mod+Enter', run }])
  render(
    <>
      <Shortcuts />
      <Button onPress={onPress}>Cancel</Button>
    </>,
  )
  screen.getByRole('button').focus()
  return { run, forget }
}

describe('shortcuts', () => {
  it('run by Ctrl-Enter on a button, which is not pressed', async () => {
    const press = vi.fn()
    const { run, forget } = shown(press)
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    forget()
    expect(run).toHaveBeenCalledOnce()
    expect(press).not.toHaveBeenCalled()
  })

  it('leave Enter to the button', async () => {
    const press = vi.fn()
    const { run, forget } = shown(press)
    await userEvent.keyboard('{Enter}')
    forget()
    expect(press).toHaveBeenCalledOnce()
    expect(run).not.toHaveBeenCalled()
  })
})
