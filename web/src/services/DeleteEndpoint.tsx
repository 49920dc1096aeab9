import { Trans, useLingui } from '@lingui/react/macro'

import { type Endpoint, useDeleteEndpoint } from '../api/services'
import { Confirm, toast } from '../ui'

interface Props {
  service: string
  endpoint: Endpoint
  onClose: () => void
}

/** The question before an endpoint is deleted. */
export function DeleteEndpoint({ service, endpoint, onClose }: Props) {
  const { t } = useLingui()
  const remove = useDeleteEndpoint(service)
  const { name } = endpoint
  const confirm = () =>
    remove.mutate(name, {
      onSuccess: () => toast.ok(t`The endpoint ${name} is deleted.`),
      onError: (error) => toast.error(error),
      onSettled: onClose,
    })
  return (
    <Confirm title={t`Delete the endpoint ${name}?`} action={t`Delete`} isDanger isOpen isPending={remove.isPending} onClose={onClose} onConfirm={confirm}>
      <p>
        <Trans>Its keys and batch jobs go with it: programs that call it are refused from that moment on. This cannot be undone.</Trans>
      </p>
    </Confirm>
  )
}
