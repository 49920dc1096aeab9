import { Trans, useLingui } from '@lingui/react/macro'

import { type Endpoint, readKeys, rotateKey, type Which } from '../api/services'
import { Secret } from './Secret'

/** The two keys of an endpoint. */
export function Keys({ service, endpoint }: { service: string; endpoint: Endpoint }) {
  const { t } = useLingui()
  const names: Record<Which, string> = { primary: t`Primary key`, secondary: t`Secondary key` }
  return (['primary', 'secondary'] as const).map((which) => (
    <Secret
      key={`${endpoint.id} ${which}`}
      label={names[which]}
      read={async () => (await readKeys(service, endpoint.name))[which]}
      renew={async () => (await rotateKey(service, endpoint.name, which)).key}
      warning={<Trans>Programs that call this endpoint with it are refused until they have the new one; the other key stays.</Trans>}
    />
  ))
}
