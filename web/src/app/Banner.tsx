import { Trans } from '@lingui/react/macro'
import { CloudOff } from 'lucide-react'

import { Button } from '../ui/Button'
import { retry, useConnection } from './connection'
import styles from './Shell.module.css'

/** Says that the server is gone, and that nothing is lost by it. */
export function Banner() {
  const { isOnline } = useConnection()
  return (
    <div role="status" className={isOnline ? 'hidden-visually' : styles.banner}>
      {!isOnline && (
        <>
          <CloudOff size={16} aria-hidden />
          <span>
            <Trans>The server does not answer. What you change is kept in this browser and saved once it is back.</Trans>
          </span>
          <Button size="small" onPress={retry}>
            <Trans>Try now</Trans>
          </Button>
        </>
      )}
    </div>
  )
}
