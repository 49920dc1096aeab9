import { Trans, useLingui } from '@lingui/react/macro'
import { Redirect, useSearchParams } from 'wouter'

import { useSession } from '../api/session'
import { useTitle } from '../ui/Panel'
import styles from './LoginPage.module.css'
import { Mark } from './Mark'
import { PreferencesMenu } from './Preferences'
import { SignInForm } from './SignInForm'
import { wayBack, whyRefused } from './signing'

export default function LoginPage() {
  const { t } = useLingui()
  const [search] = useSearchParams()
  const session = useSession()
  useTitle(t`Sign in`)
  if (session.data) return <Redirect to={wayBack(search.get('next'))} replace />
  return (
    <main className={styles.page}>
      <div className={styles.corner}>
        <PreferencesMenu />
      </div>
      <div className={styles.card}>
        <div className={styles.head}>
          <Mark size={40} />
          <h1>
            <Trans>Sign in to Bottega</Trans>
          </h1>
        </div>
        <SignInForm refused={whyRefused()} />
        <div className={styles.help}>
          <p>
            <Trans>
              Without typing a token: run <code>bottega open</code> on the machine of the server, with its workspace.
            </Trans>
          </p>
        </div>
      </div>
    </main>
  )
}
