/** All modules at once, with what people usually wire together and the datasets that come along. */
import { useQuery } from '@tanstack/react-query'

import { useLanguage } from '../app/language'
import { Catalogue, type Module, type Usual } from '../document/catalogue'
import { titleWords } from '../words/words'
import { api } from './client'

export interface Sample {
  name: string
  title: string
}

interface Told {
  modules: Module[]
  follows: Usual[]
  samples: Sample[]
}

export interface Known {
  catalogue: Catalogue
  samples: readonly Sample[]
}

export function useCatalogue() {
  const language = useLanguage((state) => state.language)
  return useQuery({
    queryKey: ['catalogue', language],
    queryFn: async ({ signal }): Promise<Known> => {
      const { modules, follows, samples } = await api<Told>('/v1/catalogue', { signal })
      return { catalogue: new Catalogue(modules.map(titled), follows), samples }
    },
    staleTime: 60_000, // modules of one's own may be added to the workspace meanwhile
  })
}

/** In the page's language; who knows it by its English title finds it by that, too. */
function titled(module: Module): Module {
  return { ...module, title: titleWords(module.title), former: [...module.former, module.title] }
}
