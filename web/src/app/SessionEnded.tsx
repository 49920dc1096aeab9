import { Trans, useLingui } from '@lingui/react/macro'

import { Dialog } from '../ui/Dialog'
import { useConnection } from './connection'
import { queries } from './queries'
import { SignInForm } from './SignInForm'

/** Asks for a token again over the page, which stays as it is. */
export function SessionEnded() {
  const { t } = useLingui()
  const { isSignedOut } = useConnection()
  const done = () => {
    useConnection.setState({ isSignedOut: false })
    void queries.invalidateQueries()
  }
  return (
    <Dialog title={t`Signed out`} isOpen={isSignedOut} onClose={done} isFirm>
      <p>
        <Trans>The session has ended: it was thirty days old, or the workspace got new tokens. Your page is as you left it.</Trans>
      </p>
      <SignInForm onDone={done} />
    </Dialog>
  )
}
