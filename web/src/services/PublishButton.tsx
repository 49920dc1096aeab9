import { Trans } from '@lingui/react/macro'
import { RadioTower } from 'lucide-react'
import { Suspense, useState } from 'react'

import { Button } from '../ui'
import { late } from '../app/late'

const PublishDialog = late(() => import('./PublishDialog'))

/** Publishes an experiment as a web service; for the bar above its editor. */
export function PublishButton({ experiment }: { experiment: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button icon={<RadioTower />} onPress={() => setOpen(true)}>
        <Trans>Publish</Trans>
      </Button>
      {isOpen && (
        <Suspense>
          <PublishDialog experiment={experiment} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

export default PublishButton
