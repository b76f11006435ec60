import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import type { Page, Patient, Sex } from '../../api/types.ts';
import { fold } from '../../app/search.ts';
import { ageAt, showBirthDate } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Picker } from '../../parts/picker.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import type { Draft } from './draft.ts';
import { readBirthDate } from './typed-dates.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly wrong: (field: keyof Draft) => string | undefined;
  readonly onNext: (from: string) => void;
}

const sexes: readonly Sex[] = ['male', 'female', 'other', 'unknown'];

/** Who: found by id or name, or new. */
export function PatientPart({ draft, change, wrong, onNext }: Props) {
  const { t } = useWords();
  const found = usePatientSearch(draft.search);
  const born = readBirthDate(draft.birthDate);
  return (
    <fieldset className="register-part">
      <legend>{t('register.patient')}</legend>
      <Field label={t('register.find')} hint={t('register.findHint')}>
        {(control) => (
          <span data-stop="search">
            <Picker
              id={control.id}
              describedBy={control['aria-describedby']}
              label={t('register.find')}
              text={draft.search}
              onText={(search) => change({ search })}
              choices={found.map((patient) => ({ id: patient.id, label: <PatientLine patient={patient} /> }))}
              onPick={(id) => {
                const patient = found.find((each) => each.id === id);
                if (patient === undefined) return;
                change(takenFrom(patient));
                onNext('birthDate');
              }}
              onEnter={() => {
                change(newFrom(draft));
                onNext('search');
              }}
            />
          </span>
        )}
      </Field>
      <div className="register-row">
        <Field label={t('register.id')} wrong={wrong('id')} className="register-id">
          {(control) => (
            <input
              {...control}
              className="input mono"
              data-stop="id"
              autoComplete="off"
              spellCheck={false}
              maxLength={100}
              value={draft.id}
              onChange={(event) => change({ id: event.target.value, taken: undefined })}
            />
          )}
        </Field>
        <Field label={t('register.name')} wrong={wrong('name')} className="grow">
          {(control) => (
            <input
              {...control}
              className="input"
              data-stop="name"
              autoComplete="off"
              maxLength={200}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
      </div>
      <AlreadyKnown draft={draft} change={change} />
      <div className="register-row">
        <fieldset
          className="field segments"
          data-stop="sex"
          aria-describedby={wrong('sex') === undefined ? undefined : 'sex-wrong'}
        >
          <legend>{t('register.sex')}</legend>
          <div className="segments-row">
            {sexes.map((sex) => (
              <label key={sex}>
                <input
                  type="radio"
                  name="sex"
                  checked={draft.sex === sex}
                  tabIndex={draft.sex === sex || (draft.sex === '' && sex === 'male') ? 0 : -1}
                  onChange={() => change({ sex })}
                />
                <span>{t(`sex.${sex}`)}</span>
              </label>
            ))}
          </div>
          {wrong('sex') !== undefined && (
            <span id="sex-wrong" className="small wrong">
              {wrong('sex')}
            </span>
          )}
        </fieldset>
        <Field
          label={t('register.birthDate')}
          hint={
            born === undefined || born === '' ? t('register.birthHint') : `${showBirthDate(born)} · ${sayAge(born, t)}`
          }
          wrong={wrong('birthDate')}
          className="grow"
        >
          {(control) => (
            <input
              {...control}
              className="input"
              data-stop="birthDate"
              autoComplete="off"
              inputMode="numeric"
              maxLength={12}
              value={draft.birthDate}
              onChange={(event) => change({ birthDate: event.target.value })}
            />
          )}
        </Field>
      </div>
    </fieldset>
  );
}

function sayAge(born: string, t: (key: string, words?: Record<string, number>) => string): string {
  const age = ageAt(born, undefined);
  return age === undefined ? '' : t(`common.${age.unit}`, { n: age.count });
}

function usePatientSearch(typed: string): readonly Patient[] {
  const q = useSettled(typed.trim(), 150);
  const { data } = useQuery({
    queryKey: ['patients', fold(q)],
    queryFn: () => api.get<Page<Patient>>('/api/patients', { q, limit: 8 }),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return q.length >= 2 ? (data?.items ?? []) : [];
}

const takenFrom = (patient: Patient): Partial<Draft> => ({
  search: '',
  id: patient.id,
  name: patient.name,
  sex: patient.sex,
  birthDate: showBirthDate(patient.birthDate),
  taken: patient.id,
});

/** What was searched for in vain is an id where it has a digit, else a name. */
function newFrom(draft: Draft): Partial<Draft> {
  const text = draft.search.trim();
  if (text === '') return {};
  return /\d/.test(text) && !/\s/.test(text) ? { search: '', id: text, taken: undefined } : { search: '', name: text };
}

function PatientLine({ patient }: { readonly patient: Patient }) {
  const { t } = useWords();
  return (
    <>
      <b>{patient.name}</b>
      <span className="faint">
        {[t(`sex.${patient.sex}`), showBirthDate(patient.birthDate)].filter(Boolean).join(' · ')}
      </span>
      <span className="mono">{patient.id}</span>
    </>
  );
}

type Looked = Patient | { readonly id: string; readonly mergedInto: string };

/** The id somebody typed belongs to a record: whose it is must be seen before it is used or changed. */
function AlreadyKnown({ draft, change }: Pick<Props, 'draft' | 'change'>) {
  const { t } = useWords();
  const id = useSettled(draft.id.trim());
  const { data } = useQuery({
    queryKey: ['patients', 'id', id],
    queryFn: () =>
      api.get<Looked>(`/api/patients/${seg(id)}`).then(
        (patient) => patient,
        () => null,
      ),
    enabled: id.length >= 2 && draft.taken !== id,
    staleTime: 30_000,
  });
  if (draft.taken !== undefined && draft.taken === draft.id.trim())
    return <p className="small good">{t('register.taken', { id: draft.taken })}</p>;
  if (data === undefined || data === null || data.id !== draft.id.trim()) return null;
  if ('mergedInto' in data) return <p className="register-known">{t('register.merged', { id: data.mergedInto })}</p>;
  return (
    <p className="register-known" role="status">
      {t('register.idKnown')} <PatientLine patient={data} />{' '}
      <button type="button" className="button look" onClick={() => change(takenFrom(data))}>
        {t('register.useRecord')}
      </button>{' '}
      <button type="button" className="button plain" onClick={() => change({ taken: data.id })}>
        {t('register.correctRecord')}
      </button>
    </p>
  );
}
