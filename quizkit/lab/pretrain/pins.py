"""Which fonts the shipped backbone has seen: packages, licences, digests. Data only."""

from typing import Final

from quizkit.lab.pretrain.fonts import FontFile, FontPackage

FONTS: Final = (
    FontPackage(
        "matplotlib==3.11.2",
        "Bitstream Vera and Arev licences (DejaVu)",
        (
            FontFile("DejaVuSans-Bold.ttf", "b184b89e3c1075f22f6b71575b6fc20d4972b3cfd3b23322ca6fd596dcaef167"),
            FontFile(
                "DejaVuSans-BoldOblique.ttf", "6edf0283160186af451cbee71e7b845f2e4cabf264bb992ce668c83c25465e6f"
            ),
            FontFile("DejaVuSans-Oblique.ttf", "ccdf74b350f11fd3dd5774de50e5e6346a1a5da1f5b7d5fb83590665e97a5213"),
            FontFile("DejaVuSans.ttf", "3fdf69cabf06049ea70a00b5919340e2ce1e6d02b0cc3c4b44fb6801bd1e0d22"),
            FontFile("DejaVuSansMono-Bold.ttf", "baada9a5172fe20886251aff0433fc38461912d5daf07287e7bee56620a8da96"),
            FontFile(
                "DejaVuSansMono-BoldOblique.ttf", "a69081c15c76c827e0a27a5a7f5c74b6135c843499955495ffa8c20d3a98288b"
            ),
            FontFile(
                "DejaVuSansMono-Oblique.ttf", "28052813f7a709fc89f52d192dc995ef4f0fdc5c3d7b73a49d6849b1916d0cd0"
            ),
            FontFile("DejaVuSansMono.ttf", "602ec86b8948cfcd956482fe64f94c36c867770149ef2f791d4613f443bcecb3"),
            FontFile("DejaVuSerif-Bold.ttf", "c3753f2ed6bc673f15846dc45addbeb3b9c872f32fb18fd53a21f1bef1ed7676"),
            FontFile(
                "DejaVuSerif-BoldItalic.ttf", "d93efec7a9d2e826768d1a2ee95b95870e15e29599a84f3484af1de1cec2e181"
            ),
            FontFile("DejaVuSerif-Italic.ttf", "3e7994fbc54fa10ce3352a42d548fadd7d9cadb69cb1109bc9d960f6dac57f04"),
            FontFile("DejaVuSerif.ttf", "107244956e9962b9e96faccdc551825e0ae0898ae13737133e1b921a2fd35ffa"),
        ),
    ),
    FontPackage(
        "fontpkg-noto-sans==2.15",
        "SIL Open Font License 1.1",
        (
            FontFile(
                "NotoSans-Italic[wdth,wght].ttf",
                "58e6e0ebd1931b29a365aa2d3e2ee9a9e831a3af7cf3ad1462d4e72154f0b291",
                (200, 400, 600, 800),
            ),
            FontFile(
                "NotoSans[wdth,wght].ttf",
                "bfb7bb691513f12e734dc346c03a03f784912432d7e3fa8e56efcf906fe86b3d",
                (200, 400, 600, 800),
            ),
        ),
    ),
    FontPackage(
        "fontpkg-noto-serif==2.15",
        "SIL Open Font License 1.1",
        (
            FontFile(
                "NotoSerif-Italic[wdth,wght].ttf",
                "e87acbc6c0efd0d9a20d6a8cbbda2b266c14be3a3a6f5af8ec9d7b2460570ad1",
                (200, 400, 600, 800),
            ),
            FontFile(
                "NotoSerif[wdth,wght].ttf",
                "4d8e6761424656867019081a1a01336f3cb086982682698714054fc33f782713",
                (200, 400, 600, 800),
            ),
        ),
    ),
    FontPackage(
        "fontpkg-source-serif-4==4.4",
        "SIL Open Font License 1.1",
        (
            FontFile(
                "SourceSerif4-Italic[opsz,wght].ttf",
                "15fbc7e4679489a501998c3669272637a6646388ef7e4bd77eebb5bf967a1f42",
                (200, 400, 600, 800),
            ),
            FontFile(
                "SourceSerif4[opsz,wght].ttf",
                "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b",
                (200, 400, 600, 800),
            ),
        ),
    ),
    FontPackage(
        "manimgx-fonts==2026.9.26.post1",
        "SIL Open Font License 1.1",
        (
            FontFile(
                "NotoSansArabic[wght].ttf",
                "3fae4d7239d1faa55b234bda8091019a5251ff79df40d5e29367d84bed2a8138",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansArmenian[wght].ttf",
                "e979dfaed56ddb4bfd05121958b25425eb7593253d64b6b3654c77c11c5cda94",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansBengali[wght].ttf",
                "dc9defe97bb041876b6609e9029d9e1e228a686259acde2fe2a9f99d793ee17d",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansDevanagari[wght].ttf",
                "bf99bf762743ff3259e73196852520ab0ffe8d384238bff3e4806a84b981e972",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansEthiopic[wght].ttf",
                "93f223089e300b983dbfd693c7be619e0e76565a70d639e71a4fe0bfd72cf66f",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansGeorgian[wght].ttf",
                "42f4a8bf4fe0af8afd91ee3c19e81e14f1bc74ddbd9b6a59a4182f67a596adb4",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansGujarati[wght].ttf",
                "83d1bde74d64fb389f97a5e27b2699d8ee8bad4c15a02be347228e6c10011248",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansGurmukhi[wght].ttf",
                "8a3096ee2166f6383501e2df7b368fce88cfa4068c8d75bcb6af07da353a00ea",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansHebrew[wght].ttf",
                "9d81d81ad592644487b03843da73a87b99cd28a2c4da4a096e1db8fbd14fda61",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansKannada[wght].ttf",
                "b6b11505d76eddf916667d73adfec19095ec777742444dc662dae81471461f4e",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansKhmer[wght].ttf",
                "56f89948a84cc0b01962ed6af573ac4ac885bd7bb6e7e40f9afc72a435728b70",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansLao[wght].ttf",
                "fc138d605aa998d8407789ee6a7f5554aae8b54f5cd98d66dd2c33e79d15b67e",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansMalayalam[wght].ttf",
                "94cddc94a03fa9a5e8d1784090ba97b267def6933d60762081eaa003751142c5",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansMyanmar[wght].ttf",
                "e0b280aa3080aab922800c88fa9a2015a4bec3103bb8b70491a92e4a04f3a3a3",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansOriya[wght].ttf",
                "37f482d0179d0a50e3128d004f007ff1c1741ad5f6b0b2bcc7238b257ef1caa0",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansSinhala[wght].ttf",
                "3fd7c6a61cb6dfb8a2ca7af5b4078bd24e9c8ad9b55839a0177277db6e4d1326",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansTamil[wght].ttf",
                "37e151cdec4a8cfb15c432f7bb164a83b98df69419d47e50b35aa7073963716b",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansTelugu[wght].ttf",
                "6c06de88b2d420d899543724a13765994191cd29860c6226efca098b51fec64b",
                (400, 550, 700),
            ),
            FontFile(
                "NotoSansThai[wght].ttf",
                "13f52f79b04f01f2751a81052a5dee2df639fd4e13f4ac30821ab45c8dd5f7e7",
                (400, 550, 700),
            ),
        ),
    ),
)
"""Every font that the shipped backbone has seen. Their order decides which classes are chosen."""
