import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readWhole } from '../../api/queries.ts';
import type { User } from '../../api/types.ts';
import { useSectionNames } from '../../app/section-names.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { EditUser } from './edit-user.tsx';
import { NewUser } from './new-user.tsx';
import './users.css';

/** Who may do what: every account, its role and state; one of them, or a new one, beside the list. */
export function UsersPage() {
  const { t } = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const users = useQuery({ queryKey: ['users'], queryFn: () => readWhole<User>('/api/users') });
  const user = users.data?.find((each) => each.username === chosen);
  return (
    <div className="people">
      <section className="people-list" aria-label={t('users.title')}>
        <header>
          <h1>{t('users.title')}</h1>
          <span className="grow" />
          <Button tone="primary" onClick={() => setChosen(null)}>
            {t('users.add')}
          </Button>
        </header>
        <Trouble error={users.error} />
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('users.username')}</th>
              <th scope="col">{t('users.name')}</th>
              <th scope="col">{t('users.role')}</th>
              <th scope="col">{t('users.sections')}</th>
              <th scope="col">{t('users.state')}</th>
            </tr>
          </thead>
          <tbody>
            {users.data?.map((each) => (
              <tr key={each.username} className={each.username === chosen ? 'chosen' : undefined}>
                <td>
                  <button
                    type="button"
                    className="row-button mono"
                    aria-current={each.username === chosen}
                    onClick={() => setChosen(each.username)}
                  >
                    {each.username}
                  </button>
                </td>
                <td>{each.name}</td>
                <td>{t(`roles.${each.role}`)}</td>
                <td>
                  <UserSections user={each} />
                </td>
                <td>
                  <UserState user={each} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <aside className="people-side" aria-label={user === undefined ? t('users.add') : user.username}>
        {user === undefined ? (
          <NewUser onAdded={setChosen} />
        ) : (
          <EditUser key={`${user.username}/${user.version ?? 0}`} user={user} />
        )}
      </aside>
    </div>
  );
}

function UserSections({ user }: { readonly user: User }) {
  const { t } = useWords();
  const names = useSectionNames();
  if (user.sections === undefined) return <span className="faint">{t('users.allSections')}</span>;
  return names(user.sections);
}

function UserState({ user }: { readonly user: User }) {
  const { t } = useWords();
  return (
    <>
      {user.disabled === true && <span className="badge quiet">{t('users.disabled')}</span>}
      {user.locked === true && <span className="badge warn">{t('users.locked')}</span>}
      {user.totp === true && <span className="badge ok">{t('users.totp')}</span>}
    </>
  );
}
