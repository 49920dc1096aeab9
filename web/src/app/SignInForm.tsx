import { Trans, useLingui } from '@lingui/react/macro'
import { type SubmitEvent, useState } from 'react'

import { signIn } from '../api/session'
import { Button } from '../ui/Button'
import { Note } from '../ui/EmptyState'
import { TextField } from '../ui/TextField'
import { wordsOf } from '../ui/toasts'
import styles from './LoginPage.module.css'

interface SignInFormProps {
  /** Why something else did not sign in before. */
  refused?: string | null
  onDone?: () => void
}

/** A token of the workspace, for a session. */
export function SignInForm({ refused = null, onDone }: SignInFormProps) {
  const { t } = useLingui()
  const [token, setToken] = useState('')
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const submit = async () => {
    setPending(true)
    setError(null)
    try {
      await signIn({ token: token.trim() })
      onDone?.()
    } catch (failure) {
      setError(wordsOf(failure))
    } finally {
      setPending(false)
    }
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (token.trim()) void submit()
    else setError(t`Paste a token of the workspace.`)
  }
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      {refused && !error && <Note tone="warn">{refused}</Note>}
      <TextField
        label={t`Workspace token`}
        type="password"
        autoComplete="current-password"
        autoFocus
        value={token}
        onChange={(text) => {
          setToken(text)
          setError(null)
        }}
        error={error}
        description={<Trans>One of the two that <code>bottega workspace show</code> prints.</Trans>}
      />
      <Button type="submit" variant="primary" isPending={isPending}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  )
}
