import { Trans, useLingui } from '@lingui/react/macro'
import { Component, type ErrorInfo, type ReactNode } from 'react'

import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { wordsOf } from '../ui/toasts'

interface State {
  error: unknown
}

/** Keeps what broke in one page from the rest. A new `of` is a new page, which is tried again. */
export class ErrorBoundary extends Component<{ of: string; children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: unknown): State {
    return { error }
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack)
  }

  override componentDidUpdate(before: { of: string }): void {
    if (before.of !== this.props.of && this.state.error) this.setState({ error: null })
  }

  override render(): ReactNode {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children
  }
}

// The files of a page have other names once a newer Bottega is installed.
const isNewer = (error: unknown) => /dynamically imported module|module script|preload/i.test(wordsOf(error))

function Broken({ error }: { error: unknown }) {
  const { t } = useLingui()
  const reload = (
    <Button variant="primary" onPress={() => location.reload()}>
      <Trans>Load the page again</Trans>
    </Button>
  )
  if (isNewer(error))
    return (
      <EmptyState title={t`This part of the page could not be loaded`} actions={reload}>
        <Trans>The server may have a newer version, or be gone for a moment.</Trans>
      </EmptyState>
    )
  return (
    <EmptyState title={t`Something on this page went wrong`} actions={reload}>
      <Trans>What was saved is safe. The error says:</Trans> <code>{wordsOf(error)}</code>
    </EmptyState>
  )
}
