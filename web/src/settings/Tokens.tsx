import { Trans, useLingui } from '@lingui/react/macro'

import { signIn } from '../api/session'
import { readTokens, renewToken, type Which } from '../api/workspace'
import { Secret } from '../services/Secret'

/** The two tokens of the workspace. This session was opened with one of them, so it is opened anew with the new one. */
export function Tokens() {
  const { t } = useLingui()
  const names: Record<Which, string> = { primary: t`Primary token`, secondary: t`Secondary token` }
  const renew = async (which: Which) => {
    const { token } = await renewToken(which)
    await signIn({ token })
    return token
  }
  return (['primary', 'secondary'] as const).map((which) => (
    <Secret
      key={which}
      label={names[which]}
      read={async () => (await readTokens())[which]}
      renew={() => renew(which)}
      warning={<Trans>Programs and other browsers that signed in with it are shut out until they have the new one; the other token stays.</Trans>}
    />
  ))
}
