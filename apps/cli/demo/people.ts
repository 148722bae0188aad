import type { Role } from '#access';
import type { AgencyCode } from './agencies.js';

export interface DemoPerson {
  role: Role;
  /** Of the membership. */
  id: string;
  name: string;
  /** The person; the agency's and the role's own if left out. */
  subject?: string;
}

/**
 * Who signs in where. All invented: their names say example, specimen, fictitious or alias in their languages.
 * One liaison officer serves both the FSC and KoFIU: two memberships, one person.
 */
export const people: Record<AgencyCode, DemoPerson[]> = {
  'KR-FSC': [
    { role: 'ANALYST', id: 'b176c359-43fd-416b-b140-85aee167587f', name: '김예시 (Kim Yesi)' },
    { role: 'CONTRIBUTOR', id: '9b0119ad-389b-41c0-88f2-7538348e7a74', name: '김보기 (Kim Bogi)' },
    { role: 'RELEASER', id: '14351ccc-aea1-4791-b9d3-d14a4108ac24', name: '김견본 (Kim Gyeonbon)' },
    { role: 'LIAISON', id: 'd000d2c4-2691-4868-980f-798ebfd09c75', name: '김가상 (Kim Gasang)' },
    { role: 'AGENCY_ADMIN', id: '722d74b0-f9f2-4871-aaaf-bffbf0e655a4', name: '김시연 (Kim Siyeon)' },
    {
      role: 'AGENCY_ADMIN',
      id: 'e76bc490-bc17-4873-a304-d15e67d19651',
      name: '김시험 (Kim Siheom)',
      subject: 'kr-fsc.agency-admin-2',
    },
    { role: 'AUDITOR', id: '06d96a8c-d47f-48ff-a5f9-a72f7dd77d2e', name: '김가명 (Kim Gamyeong)' },
  ],
  'KR-KOFIU': [
    { role: 'ANALYST', id: '67737062-f85f-4dfd-97c0-1b8fe36f380c', name: '이예시 (Yi Yesi)' },
    { role: 'CONTRIBUTOR', id: '7c6dcadd-e241-43e7-8a4a-48668531119a', name: '이보기 (Yi Bogi)' },
    { role: 'RELEASER', id: '0c1e276f-4fea-4653-8a6b-ec2ca09ffde7', name: '이견본 (Yi Gyeonbon)' },
    {
      role: 'LIAISON',
      id: '9414cd92-5d35-4d88-8bed-d8cd00078e25',
      name: '김가상 (Kim Gasang)',
      subject: 'kr-fsc.liaison',
    },
    { role: 'AGENCY_ADMIN', id: '4b4f9af7-7ec1-41bd-a8c2-5d6685e79a97', name: '이시연 (Yi Siyeon)' },
    { role: 'AUDITOR', id: '3ad793d1-7cf7-40de-bab8-d09de100afcb', name: '이가명 (Yi Gamyeong)' },
  ],
  'KR-KNPA': [
    { role: 'ANALYST', id: '38379d4a-be21-4fb5-9c9a-f7df9e1af726', name: '박예시 (Bak Yesi)' },
    { role: 'CONTRIBUTOR', id: '23e7790b-c153-45ce-a92c-f229cfe9e4e3', name: '박보기 (Bak Bogi)' },
    { role: 'RELEASER', id: 'c8354f54-5bfe-4316-857d-7f0a80623d9e', name: '박견본 (Bak Gyeonbon)' },
    { role: 'LIAISON', id: 'ebb6d80f-1548-4af7-91ad-816e623bf767', name: '박가상 (Bak Gasang)' },
    { role: 'AGENCY_ADMIN', id: 'fc10352a-3f35-43fd-ab6b-0065d4eb4062', name: '박시연 (Bak Siyeon)' },
    { role: 'AUDITOR', id: '9fc0c505-a694-4af3-952c-86329e2da75d', name: '박가명 (Bak Gamyeong)' },
  ],
  'KR-KISA': [
    { role: 'ANALYST', id: 'c12811e8-ec6c-452e-bc68-fe4c4f1e3ba9', name: '최예시 (Choe Yesi)' },
    { role: 'CONTRIBUTOR', id: 'f53168c2-e85b-41b0-992c-9390bce7fa84', name: '최보기 (Choe Bogi)' },
    { role: 'RELEASER', id: 'cecd3c10-e192-4c49-b489-ebf2e75c2c35', name: '최견본 (Choe Gyeonbon)' },
    { role: 'AGENCY_ADMIN', id: '6b656788-cf3c-4a73-9678-d643773dfc05', name: '최시연 (Choe Siyeon)' },
    { role: 'AUDITOR', id: 'd7e750d9-de18-4ce4-9ea6-4516032f9f69', name: '최가명 (Choe Gamyeong)' },
  ],
  'KR-NIS': [
    { role: 'ANALYST', id: 'be178cac-4545-4f34-b301-74285fdc5529', name: '정예시 (Jeong Yesi)' },
    { role: 'CONTRIBUTOR', id: '6475f7bc-d181-4137-bba6-28e635791a98', name: '정보기 (Jeong Bogi)' },
    { role: 'RELEASER', id: '0cfd8de2-9e0e-45bd-bd21-84b6771be5da', name: '정견본 (Jeong Gyeonbon)' },
    { role: 'AGENCY_ADMIN', id: '0750b238-509b-48b9-8399-ebf00d73102a', name: '정시연 (Jeong Siyeon)' },
    { role: 'AUDITOR', id: '0e337b43-55c9-422d-a432-be4f7d0026b2', name: '정가명 (Jeong Gamyeong)' },
  ],
  'JP-FSA': [
    { role: 'ANALYST', id: '78294dbf-4171-4e5c-8a8b-f9c46e85cbe7', name: '例田一子 (Reida Kazuko)' },
    { role: 'CONTRIBUTOR', id: 'd191b294-2e79-4c2d-8eb9-6add56b76b10', name: '見本一子 (Mihon Kazuko)' },
    { role: 'RELEASER', id: 'e004d66a-62d3-4826-b078-00163f3ad557', name: '架空一子 (Kakū Kazuko)' },
    { role: 'LIAISON', id: '7f1bab9f-43ab-45b9-85ae-7de1fb5e0b29', name: '仮名一子 (Kamei Kazuko)' },
    { role: 'AGENCY_ADMIN', id: 'b44a2474-93af-4f7b-ba83-5f99290c68cf', name: '試野一子 (Shino Kazuko)' },
    {
      role: 'AGENCY_ADMIN',
      id: '25dbcaca-542a-4f08-82c3-77133fbb3d79',
      name: '演習一子 (Enshū Kazuko)',
      subject: 'jp-fsa.agency-admin-2',
    },
    { role: 'AUDITOR', id: 'e8820cb2-1bd5-4167-9011-f8f970c8ab9b', name: '模擬一子 (Mogi Kazuko)' },
  ],
  'JP-NPA': [
    { role: 'ANALYST', id: 'cddd9202-89d0-4e04-832f-eeca6f0f6183', name: '例田二郎 (Reida Jirō)' },
    { role: 'CONTRIBUTOR', id: 'e43e3aef-e3ae-4b2f-9a72-d96dffa4c2e6', name: '見本二郎 (Mihon Jirō)' },
    { role: 'RELEASER', id: 'ba87e790-d364-4e6c-b2c2-8c22cceb0bd8', name: '架空二郎 (Kakū Jirō)' },
    { role: 'LIAISON', id: '4903eb01-0dea-4733-9def-52b94e2d48d9', name: '仮名二郎 (Kamei Jirō)' },
    { role: 'AGENCY_ADMIN', id: '4fc455c5-46bf-4adc-ba80-00048b15984a', name: '試野二郎 (Shino Jirō)' },
    {
      role: 'AGENCY_ADMIN',
      id: '13f453e8-5e69-41c4-ad49-f10f99ec4b7d',
      name: '演習二郎 (Enshū Jirō)',
      subject: 'jp-npa.agency-admin-2',
    },
    { role: 'AUDITOR', id: '61573e43-ae90-4b40-9c3a-9bffa9f7a148', name: '模擬二郎 (Mogi Jirō)' },
  ],
  'JP-MPD': [
    { role: 'ANALYST', id: 'cb40b2cc-38de-40f1-9505-bdd12301c9fc', name: '例田三枝 (Reida Mie)' },
    { role: 'CONTRIBUTOR', id: 'ca83c5d3-9a72-49ba-9d98-8c2e208f4bf5', name: '見本三枝 (Mihon Mie)' },
    { role: 'RELEASER', id: '8e00ee97-2906-4f9d-8671-eedc47c74fb4', name: '架空三枝 (Kakū Mie)' },
    { role: 'AGENCY_ADMIN', id: '8f407a08-5d94-4bd4-ac84-f85d3ed2ba2f', name: '試野三枝 (Shino Mie)' },
    { role: 'AUDITOR', id: 'df38197e-06a2-42ec-b951-e9fef406464d', name: '模擬三枝 (Mogi Mie)' },
  ],
  'CN-CAMLMAC': [
    { role: 'ANALYST', id: '002b3605-4acf-4650-93ec-fd81349beeb7', name: '甲示例 (Jia Shili)' },
    { role: 'CONTRIBUTOR', id: '7cb39210-ca8e-46e4-a6bc-74153e49e391', name: '甲样本 (Jia Yangben)' },
    { role: 'RELEASER', id: '3e86ac13-9e64-469a-8199-e34381dac6e1', name: '甲虚拟 (Jia Xuni)' },
    { role: 'LIAISON', id: 'e729d0a0-032e-4989-8ea3-71ed5b6c3dec', name: '甲化名 (Jia Huaming)' },
    { role: 'AGENCY_ADMIN', id: 'b4878077-b4db-47d8-b103-8159c67ac9ac', name: '甲演示 (Jia Yanshi)' },
    { role: 'AUDITOR', id: 'a64f5b72-a99f-4963-a0a5-f0110252e041', name: '甲假设 (Jia Jiashe)' },
  ],
  'CN-MPS': [
    { role: 'ANALYST', id: 'a55b1575-4055-4420-b492-91ba1b1da6de', name: '乙示例 (Yi Shili)' },
    { role: 'CONTRIBUTOR', id: '1a3d3e66-1d7b-499e-a0a5-d5745ba0a553', name: '乙样本 (Yi Yangben)' },
    { role: 'RELEASER', id: '398d4ad7-519b-48ff-98b5-50f02caadd85', name: '乙虚拟 (Yi Xuni)' },
    { role: 'AGENCY_ADMIN', id: '7022f958-3f75-4d48-97b7-9fb8a93499d2', name: '乙演示 (Yi Yanshi)' },
    { role: 'AUDITOR', id: '90cb2255-24b0-441d-b099-a261f3ce35e2', name: '乙假设 (Yi Jiashe)' },
  ],
  'US-TFI': [
    { role: 'ANALYST', id: '4266b2f4-d288-467c-af00-076a6dcbb415', name: 'Alex Example' },
    { role: 'CONTRIBUTOR', id: '37969276-30df-4943-8d62-0151ce5f1584', name: 'Casey Example' },
    { role: 'RELEASER', id: '414564c2-6aed-49f9-917e-8061c32309d1', name: 'Robin Example' },
    { role: 'LIAISON', id: '37dfbb4d-b99d-4458-8eed-2a86f6161023', name: 'Lee Example' },
    { role: 'AGENCY_ADMIN', id: '55c29b78-27d9-442b-bde7-ac88f8d7d2ef', name: 'Jordan Example' },
    { role: 'AUDITOR', id: 'c99ba06b-1ffd-49be-8448-c6b4ca467d0e', name: 'Morgan Example' },
  ],
  'US-FINCEN': [
    { role: 'ANALYST', id: '01fddf9b-4425-4aba-b8e2-75ac823d8b39', name: 'Alex Specimen' },
    { role: 'CONTRIBUTOR', id: '748192bb-c4bb-47e8-9d48-8ada13de08c1', name: 'Casey Specimen' },
    { role: 'RELEASER', id: '00956255-f61c-448d-97bb-1a6f4c2ac43c', name: 'Robin Specimen' },
    { role: 'AGENCY_ADMIN', id: '2e7802ea-470d-43a5-92c9-3fe1517140ad', name: 'Jordan Specimen' },
    { role: 'AUDITOR', id: '256100b9-0bf4-49a3-9499-882de622d87b', name: 'Morgan Specimen' },
  ],
  'US-OFAC': [
    { role: 'ANALYST', id: 'd8e44ca6-b692-433d-b981-3001575f186d', name: 'Alex Placeholder' },
    { role: 'CONTRIBUTOR', id: 'cf5a437a-3706-4afe-bde2-ec7e233134b8', name: 'Casey Placeholder' },
    { role: 'RELEASER', id: 'c1f73ab2-b599-4874-a5dd-fc2eae160085', name: 'Robin Placeholder' },
    { role: 'AGENCY_ADMIN', id: 'd16bfa10-c8cd-41a0-b7c0-e9fcbbd613f7', name: 'Jordan Placeholder' },
    { role: 'AUDITOR', id: 'dae77e06-0c00-4865-bc5e-0d243c62450f', name: 'Morgan Placeholder' },
  ],
  'US-FBI': [
    { role: 'ANALYST', id: 'd1491b97-8f78-479e-8c8a-84802542c971', name: 'Alex Sample' },
    { role: 'CONTRIBUTOR', id: 'bace2aae-b9ca-4f6d-b474-480acd58322f', name: 'Casey Sample' },
    { role: 'RELEASER', id: 'de1d8e3e-2793-40cc-9c85-6a2a1ed4004c', name: 'Robin Sample' },
    { role: 'LIAISON', id: 'ae4b805e-e862-4ded-96da-7821031671d3', name: 'Lee Sample' },
    { role: 'AGENCY_ADMIN', id: '18809dea-9298-4355-b213-f31dacaf751e', name: 'Jordan Sample' },
    { role: 'AUDITOR', id: 'e0108fbb-614c-4cc8-8f65-131bfac1e641', name: 'Morgan Sample' },
  ],
  HUB: [
    { role: 'OPERATOR', id: 'c2fd6566-d5ac-49b2-bd3c-84d3d054d969', name: 'Opal Demo', subject: 'hub.opal' },
    { role: 'OPERATOR', id: '2ade5575-99b7-4787-828e-1ab700b6cb33', name: 'Otis Demo', subject: 'hub.otis' },
  ],
};
